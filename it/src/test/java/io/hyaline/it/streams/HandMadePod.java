package io.hyaline.it.streams;

import io.hyaline.runtime.agent.ContainerView;
import io.hyaline.runtime.agent.Containers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A container without a runtime: a process in its own namespaces and a log file that the test writes. */
final class HandMadePod implements Containers, AutoCloseable {

    private static final String INIT = "mount -t devpts -o newinstance,ptmxmode=0666 devpts /dev/pts"
            + " && hostname box && echo ready && read end";

    final Path log;
    private final Process holder;
    private volatile ContainerView.State state = ContainerView.State.RUNNING;

    HandMadePod(Path directory) {
        log = directory.resolve("0.log");
        try {
            Files.createFile(log);
            holder = new ProcessBuilder(
                            "unshare",
                            "--mount",
                            "--uts",
                            "--ipc",
                            "--net",
                            "--pid",
                            "--fork",
                            "--kill-child",
                            "--mount-proc",
                            "sh",
                            "-c",
                            INIT)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            if (!"ready".equals(holder.inputReader().readLine())) {
                throw new IllegalStateException("cannot make a container's namespaces; run this test as root");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Optional<ContainerView> find(String namespace, String pod, String container) {
        if (!namespace.equals("default") || !pod.equals("box") || !container.equals("main")) {
            return Optional.empty();
        }
        return Optional.of(new ContainerView(state, log, null, this::entry));
    }

    private List<String> entry() {
        long pid = holder.children().findFirst().orElseThrow().pid();
        return List.of(
                "nsenter",
                "--target",
                "" + pid,
                "--mount",
                "--uts",
                "--ipc",
                "--net",
                "--pid",
                "--root",
                "--",
                "env",
                "-i",
                "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                "GREETING=hello");
    }

    void write(String second, String tag, String text) {
        try {
            String line = "2026-11-23T12:00:" + second + ".000000001Z stdout " + tag + " " + text + "\n";
            Files.writeString(log, line, StandardOpenOption.APPEND, StandardOpenOption.CREATE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void rotate() {
        try {
            Files.move(log, log.resolveSibling(log.getFileName() + ".1"));
            Files.createFile(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void end() {
        state = ContainerView.State.TERMINATED;
    }

    @Override
    public void close() {
        holder.destroyForcibly();
        try {
            holder.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
