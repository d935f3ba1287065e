package io.hyaline.runtime.sandbox;

import io.hyaline.linux.Signals;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A container's main process, seen through the {@code nsenter} that waits for it. */
final class ContainerProcess implements RunningContainer {

    private static final Logger log = LoggerFactory.getLogger(ContainerProcess.class);
    private static final int MESSAGE_LIMIT_BYTES = 4096;

    private final Process process;
    private final ContainerRequest request;
    private final CompletableFuture<Exit> exit = new CompletableFuture<>();
    private final CompletableFuture<Boolean> started = new CompletableFuture<>();
    private final ByteArrayOutputStream beforeStart = new ByteArrayOutputStream();
    private volatile String mountNamespace = "";

    private ContainerProcess(Process process, ContainerRequest request) {
        this.process = process;
        this.request = request;
    }

    /** Pumps output into {@code output} until the process and everything that holds its streams has ended. */
    static ContainerProcess follow(Process process, ContainerRequest request, CriLog output) {
        ContainerProcess container = new ContainerProcess(process, request);
        String name = request.spec().getName();
        CountDownLatch streams = new CountDownLatch(2);
        Thread.ofPlatform().daemon().name("stdout-" + name).start(() -> {
            container.pump(process.getInputStream(), new CriLog.Lines(output, "stdout"), true);
            streams.countDown();
        });
        Thread.ofPlatform().daemon().name("stderr-" + name).start(() -> {
            container.pump(process.getErrorStream(), new CriLog.Lines(output, "stderr"), false);
            streams.countDown();
        });
        process.onExit().thenAcceptAsync(ended -> container.ended(ended.exitValue(), streams, output));
        return container;
    }

    private void ended(int code, CountDownLatch streams, CriLog output) {
        Leftovers.kill(request.sandbox().initPid(), mountNamespace);
        try {
            // A grandchild may keep the streams open for longer; the container has ended all the same.
            boolean drained = streams.await(2, TimeUnit.SECONDS);
            if (drained) {
                output.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            log.warn("closing the log {}", request.log(), e);
        }
        if (started.complete(false)) {
            String why = beforeStart.toString(StandardCharsets.UTF_8).strip();
            exit.complete(
                    code > 128
                            ? Exit.of(code)
                            : Exit.startFailed(why.isEmpty() ? "start script ended with " + code : why));
        } else {
            exit.complete(Exit.of(code));
        }
    }

    private void pump(InputStream stream, CriLog.Lines lines, boolean announcesStart) {
        byte[] buffer = new byte[8192];
        try (stream) {
            byte[] pending = new byte[0];
            boolean waiting = announcesStart;
            for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
                byte[] bytes = Arrays.copyOf(buffer, n);
                if (waiting) {
                    pending = concat(pending, bytes);
                    int end = indexOfNewline(pending);
                    if (end < 0) {
                        continue;
                    }
                    waiting = false;
                    mountNamespace = Leftovers.mountNamespace(Children.find(process));
                    started.complete(true);
                    bytes = Arrays.copyOfRange(pending, end + 1, pending.length);
                } else if (!announcesStart && !started.isDone() && beforeStart.size() < MESSAGE_LIMIT_BYTES) {
                    beforeStart.write(bytes, 0, bytes.length);
                }
                lines.add(bytes);
            }
            lines.end();
        } catch (IOException e) {
            log.debug("output of {} ended: {}", request.spec().getName(), e.toString());
        }
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    private static int indexOfNewline(byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    @Override
    public CompletableFuture<Exit> exit() {
        return exit;
    }

    @Override
    public void signal(int signal) {
        long pid = Children.find(process);
        if (pid > 0) {
            Signals.send(pid, signal);
        }
    }

    @Override
    public List<String> entry() {
        if (!started.join() || exit.isDone()) {
            throw new IllegalStateException("container " + request.spec().getName() + " has ended");
        }
        long pid = Children.only(process);
        List<String> argv = new ArrayList<>(List.of(
                "nsenter", "--target", "" + pid, "--mount", "--uts", "--ipc", "--net", "--pid", "--root", "--"));
        argv.addAll(StartScript.program(
                request.user(), request.env(), List.of("-C", request.workingDirectory()), List.of()));
        return argv;
    }
}
