package io.hyaline.runtime.sandbox;

import io.hyaline.linux.NamespaceThread;
import io.hyaline.linux.Signals;
import io.hyaline.runtime.net.PodNet;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The process that is number 1 in a pod: it holds the pod's PID, UTS and IPC namespaces, reaps what is orphaned, and has
 * no capability, so that a proxy with few of its own may look its network namespace up in /proc.
 */
public final class Sandbox implements AutoCloseable {

    private static final String INIT = """
            set -e
            hostname "$0"
            for d in "$@"; do mount -t tmpfs -o mode=1777 memory "$d"; done
            exec setpriv --bounding-set=-all --inh-caps=-all -- sh -c 'echo ready; sleep infinity & wait'
            """;

    private final NamespaceThread thread;
    private final PodNet net;
    private final Process holder;
    private final long init;

    private Sandbox(NamespaceThread thread, PodNet net, Process holder, long init) {
        this.thread = thread;
        this.net = net;
        this.holder = holder;
        this.init = init;
    }

    /**
     * Starts the init inside {@code net}; {@code thread} must outlive it, since it dies with the thread.
     *
     * @param inMemory directories that are to be memory, for this pod only
     */
    public static Sandbox start(NamespaceThread thread, PodNet net, String hostname, List<Path> inMemory) {
        List<String> argv = new ArrayList<>(List.of(
                "setpriv",
                "--pdeathsig",
                "KILL",
                "--",
                "unshare",
                "--mount",
                "--propagation",
                "private",
                "--uts",
                "--ipc",
                "--pid",
                "--fork",
                "--kill-child",
                "--",
                "sh",
                "-c",
                INIT,
                hostname));
        inMemory.forEach(directory -> argv.add(directory.toString()));
        Process holder = thread.call(
                net.namespace(),
                () -> new ProcessBuilder(argv)
                        .redirectErrorStream(true)
                        .redirectInput(ProcessBuilder.Redirect.from(Devices.NULL))
                        .start());
        try {
            BufferedReader output = holder.inputReader();
            String line = output.readLine();
            if (!Objects.equals(line, "ready")) {
                holder.destroyForcibly();
                throw new IllegalStateException("the pod's init did not start: " + line);
            }
            return new Sandbox(thread, net, holder, Children.only(holder));
        } catch (IOException e) {
            holder.destroyForcibly();
            throw new UncheckedIOException("the pod's init did not start", e);
        }
    }

    public PodNet net() {
        return net;
    }

    /** The init's process id, as this process sees it. */
    public long initPid() {
        return init;
    }

    public boolean alive() {
        return holder.isAlive();
    }

    NamespaceThread thread() {
        return thread;
    }

    /** Kills the init, and with it every process of the pod. */
    @Override
    public void close() {
        Signals.send(init, Signals.KILL);
        holder.destroyForcibly();
    }
}
