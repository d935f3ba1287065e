package io.hyaline.cli.cluster;

import io.hyaline.cli.exit.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The process that a cluster lives under: {@code unshare} with an init of its own PID and mount namespace as its child.
 * When either dies, of whatever death, the kernel ends everything else and takes namespaces, links and mounts along.
 */
final class Holder {

    /** The init: hands SIGTERM on to the main JVM, reaps orphans, and ends with the JVM. */
    private static final String INIT =
            "trap 'kill -TERM $main 2>/dev/null' TERM INT; \"$@\" & main=$!; wait $main; wait $main; exit $?";

    private static final Duration GRACE = Duration.ofSeconds(25);

    /** For a cluster that writes down what it loaded (scripts/warm-start) before it ends. */
    private static final Duration RECORDING_GRACE = Duration.ofMinutes(3);

    private final ProcessHandle process;

    private Holder(ProcessHandle process) {
        this.process = process;
    }

    /** Starts the cluster's main JVM under a holder of its own; its output goes to the home's log. */
    static Holder start(Home home, Options options) throws IOException {
        List<String> command = new ArrayList<>(List.of("setsid", "unshare"));
        if (options.apart()) {
            command.addAll(Privilege.unshareOptions());
            command.add("--net");
        }
        command.addAll(List.of(
                "--pid",
                "--fork",
                "--kill-child=KILL",
                "--mount",
                "--propagation",
                "private",
                "--mount-proc",
                "/bin/sh",
                "-c",
                options.apart() ? "ip link set lo up; " + INIT : INIT,
                "hyaline-init"));
        command.addAll(JavaCommand.main("cluster", "--home", home.root().toString()));
        command.addAll(options.arguments());
        Files.createDirectories(home.run());
        Files.createDirectories(home.log().getParent());
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.to(home.log().toFile()))
                .redirectErrorStream(true);
        builder.environment().put("HYALINE_HOME", home.root().toString());
        builder.environment().put("PATH", System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/sbin");
        ProcessHandle process = builder.start().toHandle();
        Files.writeString(home.holder(), process.pid() + " " + startTime(process.pid()) + "\n");
        return new Holder(process);
    }

    /** The holder of the cluster that is up in {@code home}, if one is. */
    static Optional<Holder> find(Home home) {
        try {
            if (!Files.exists(home.holder())) {
                return Optional.empty();
            }
            String[] parts = Files.readString(home.holder()).trim().split(" ");
            long pid = Long.parseLong(parts[0]);
            return ProcessHandle.of(pid)
                    .filter(ProcessHandle::isAlive)
                    .filter(_ -> !isZombie(pid) && parts[1].equals(startTime(pid)))
                    .map(Holder::new);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** Ends the cluster: its init is asked first, and killed when it has not ended in time. */
    void stop() {
        process.children().forEach(ProcessHandle::destroy);
        CompletableFuture<ProcessHandle> end = process.onExit();
        try {
            Duration grace = System.getenv("HYALINE_AOT_RECORD") == null ? GRACE : RECORDING_GRACE;
            end.get(grace.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException | InterruptedException | ExecutionException e) {
            process.children().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Ended, but whoever inherited it has not asked how: in a container that may take for ever. */
    private static boolean isZombie(long pid) {
        return fields(pid)[0].equals("Z");
    }

    /** Field 22 of /proc/PID/stat: with the PID it names one process for ever (proc_pid_stat(5)). */
    private static String startTime(long pid) {
        return fields(pid)[19];
    }

    /** Those of /proc/PID/stat from the third on, the process's state. */
    private static String[] fields(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        } catch (IOException e) {
            throw new Failure(Failure.NOT_SO, "the cluster's process " + pid + " ended at once; see the log");
        }
    }
}
