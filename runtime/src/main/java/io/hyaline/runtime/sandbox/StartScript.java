package io.hyaline.runtime.sandbox;

import io.hyaline.linux.UserIds;
import io.hyaline.runtime.sandbox.ContainerRequest.Bind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes the shell script that turns a fresh mount namespace into a container and becomes its program. */
final class StartScript {

    /** The first line on standard output, by which the node knows that the program itself is about to run. */
    static final String STARTED = "hyaline: container started";

    /** Where the host's root is while the container's is put together; gone before the program runs. */
    private static final String HOST = "/run/.host";

    private static final String BEGIN = """
            set -e
            umask 022
            cd "${0%/*}"
            """;

    private static final String WHOLE_ROOT = """
            mount -t overlay overlay -o lowerdir=/,upperdir=upper,workdir=work root
            """;

    /**
     * Nobody in a user namespace may write into a directory of the host's root, not even in a layer above it: the way to what is
     * mounted later has to be in the upper layer from the beginning.
     */
    private static final String OWN = """
            own() {
                p=$(realpath -m "$1")
                case $p in /tmp/*|/run/*|/proc/*|/sys/*|/dev/*) return ;; esac
                mkdir -p "upper${p%/*}"
            }
            """;

    /**
     * A user namespace may not put an overlay over {@code /}, whose mounts are locked together, but over its directories. What the
     * user may not even list is empty; so is a directory with mounts of its own.
     */
    private static final String ROOT_OF_PARTS = """
            mount -t tmpfs -o mode=755 root root
            for d in /* /.[!.]*; do
                n=${d#/}
                if [ -L "$d" ]; then cp -P "$d" root/; continue; fi
                [ -d "$d" ] || continue
                mkdir "root/$n"
                case $n in proc|sys|dev|run|tmp) continue ;; esac
                [ -r "$d" ] || continue
                mkdir -p "upper/$n" "work/$n"
                mount -t overlay overlay -o "userxattr,lowerdir=$d,upperdir=upper/$n,workdir=work/$n" "root/$n" 2>/dev/null || :
            done
            """;

    private static final String REST = """
            cd root
            mount -t tmpfs -o mode=755 run run
            mkdir run/.host
            pivot_root . run/.host
            cd /
            mount -t proc proc /proc
            mount -t sysfs -o ro sysfs /sys
            mount -o bind,ro /proc/sys /proc/sys
            mount -t tmpfs -o mode=755,size=64k dev /dev
            for d in null zero full random urandom tty; do : > /dev/$d; mount --bind /run/.host/dev/$d /dev/$d; done
            [ ! -e /proc/sysrq-trigger ] || mount --bind /dev/null /proc/sysrq-trigger
            mkdir /dev/pts /dev/shm
            mount -t devpts -o newinstance,ptmxmode=0666,mode=620$group devpts /dev/pts
            mount -t tmpfs -o mode=1777 shm /dev/shm
            ln -s pts/ptmx /dev/ptmx
            ln -s /proc/self/fd /dev/fd
            ln -s /proc/self/fd/0 /dev/stdin
            ln -s /proc/self/fd/1 /dev/stdout
            ln -s /proc/self/fd/2 /dev/stderr
            """;

    private static final int TERMINAL_GROUP = 5;

    private StartScript() {}

    static String write(ContainerRequest request, UserIds ids) {
        StringBuilder script = new StringBuilder(BEGIN);
        if (ids.initial()) {
            script.append(WHOLE_ROOT);
        } else {
            script.append(OWN);
            request.binds()
                    .forEach(bind ->
                            script.append("own ").append(quote(bind.target())).append('\n'));
            script.append("own ").append(quote(request.workingDirectory())).append("\n");
            script.append(ROOT_OF_PARTS);
        }
        script.append(ids.has(TERMINAL_GROUP) ? "group=,gid=" + TERMINAL_GROUP + "\n" : "group=\n");
        script.append(REST);
        String own = HOST + request.directory();
        mount(script, own + "/tmp", "/tmp", false, false);
        for (Path hidden : request.hidden()) {
            mount(script, own + "/empty", hidden.toString(), false, false);
        }
        String pod = HOST + request.podDirectory();
        script.append("cp -f --remove-destination ");
        for (String file : List.of("hostname", "hosts", "resolv.conf")) {
            script.append(quote(pod + "/" + file)).append(' ');
        }
        script.append("/etc/\n");
        for (Bind bind : request.binds()) {
            mount(script, HOST + bind.source(), bind.target(), bind.file(), bind.readOnly());
        }
        script.append("umount -l /run/.host\nrmdir /run/.host\n");
        String directory = quote(request.workingDirectory());
        script.append("[ -d %1$s ] || mkdir -p %1$s%n".formatted(directory));
        if (request.user().readOnlyRoot()) {
            script.append("mount -o remount,bind,ro /\n");
        }
        script.append("cd ").append(directory).append('\n');
        if (request.user().uid() != 0) {
            // Whoever opens /dev/stdout anew opens the pipe behind it, and that asks for permission.
            script.append("chown %d /dev/stdout /dev/stderr%n"
                    .formatted(request.user().uid()));
        }
        script.append(findProgram(request));
        script.append("echo ").append(quote(STARTED)).append('\n');
        script.append("exec");
        program(request.user(), request.env(), List.of(), request.argv())
                .forEach(word -> script.append(' ').append(quote(word)));
        return script.append('\n').toString();
    }

    /** A missing program is a start error, as under a container runtime, and not an exit code of the container. */
    private static String findProgram(ContainerRequest request) {
        String path = request.env().getOrDefault("PATH", "/usr/bin:/bin");
        String program = request.argv().getFirst();
        return "(PATH=%s; command -v -- %s >/dev/null) || { echo %s >&2; exit 127; }%n"
                .formatted(
                        quote(path),
                        quote(program),
                        quote("exec: \"" + program + "\": not found in $PATH or not executable"));
    }

    private static void mount(StringBuilder script, String source, String target, boolean file, boolean readOnly) {
        String from = quote(source);
        String to = quote(target);
        if (file) {
            script.append("[ -e %2$s ] || { mkdir -p \"$(dirname %2$s)\"; : > %2$s; }%n".formatted(from, to));
        } else {
            script.append("[ -d %1$s ] || mkdir -p %1$s%n".formatted(to));
        }
        script.append("mount -o %s %s %s%n".formatted(readOnly ? "bind,ro" : "bind", from, to));
    }

    /**
     * argv that becomes {@code argv} as the container's user with nothing but its environment. Signals that whoever started the
     * cluster ignores, as a shell does for what it runs in the background, are not ignored in the container.
     */
    static List<String> program(RunAs user, Map<String, String> env, List<String> envOptions, List<String> argv) {
        List<String> words = new ArrayList<>(user.setpriv());
        words.addAll(List.of("env", "-i", "--default-signal"));
        words.addAll(envOptions);
        words.add("--");
        env.forEach((name, value) -> words.add(name + "=" + value));
        words.addAll(argv);
        return words;
    }

    private static String quote(Object text) {
        return "'" + text.toString().replace("'", "'\\''") + "'";
    }
}
