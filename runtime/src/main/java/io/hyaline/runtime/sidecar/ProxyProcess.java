package io.hyaline.runtime.sidecar;

import io.hyaline.linux.NamespaceThread;
import io.hyaline.linux.NetNs;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The proxy that all sidecars of a node share: a process of its own, told over a unix socket which pods it serves. When it
 * dies it is started again at once and told everything again.
 */
public final class ProxyProcess implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ProxyProcess.class);
    private static final Duration START = Duration.ofSeconds(20);
    private static final Duration STOP = Duration.ofSeconds(30);
    private static final long SLOW_RESTART_MILLIS = 1000;
    private static final String CAPABILITIES = "+net_raw,+sys_admin,+net_bind_service";

    private final NamespaceThread thread;
    private final NetNs namespace;
    private final List<String> command;
    private final Path socket;
    private final File output;
    private final Map<String, String> pods = new LinkedHashMap<>();
    private final ScheduledExecutorService worker = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("proxy-control").daemon().factory());
    private volatile @Nullable Process process;
    private @Nullable SocketChannel channel;
    private @Nullable BufferedReader replies;
    private boolean launched;
    private volatile boolean closed;

    private ProxyProcess(NamespaceThread thread, NetNs namespace, List<String> command, Path directory) {
        this.thread = thread;
        this.namespace = namespace;
        this.command = List.copyOf(command);
        this.socket = directory.resolve("proxy.sock");
        this.output = directory.resolve("proxy.log").toFile();
    }

    /**
     * Starts it.
     *
     * @param thread starts the process, and the process dies with it
     * @param namespace where it runs; the sockets of pods are made in theirs
     * @param command program and arguments, to which the control socket is added
     * @param directory for control socket and output
     */
    public static ProxyProcess start(NamespaceThread thread, NetNs namespace, List<String> command, Path directory) {
        ProxyProcess proxy = whenNeeded(thread, namespace, command, directory);
        proxy.worker.execute(proxy::launchOnce);
        return proxy;
    }

    /** One like {@link #start} that starts when the first pod is added. */
    static ProxyProcess whenNeeded(NamespaceThread thread, NetNs namespace, List<String> command, Path directory) {
        return new ProxyProcess(thread, namespace, command, directory);
    }

    private void launchOnce() {
        if (!launched) {
            launched = true;
            launch();
        }
    }

    /** Process id of the present run, or -1 between two. */
    public long pid() {
        Process running = process;
        return running == null || !running.isAlive() ? -1 : running.pid();
    }

    private void launch() {
        if (closed) {
            return;
        }
        long begun = System.nanoTime();
        try {
            Files.deleteIfExists(socket);
            List<String> argv = new ArrayList<>(List.of("setpriv", "--pdeathsig", "KILL"));
            argv.addAll(List.of("--bounding-set=-all," + CAPABILITIES, "--inh-caps=-all", "--"));
            argv.addAll(command);
            argv.addAll(List.of("--node-socket", socket.toString()));
            Process started = thread.call(
                    namespace,
                    () -> new ProcessBuilder(argv)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(output))
                            .start());
            process = started;
            started.onExit().thenAccept(ended -> relaunch(ended.exitValue(), begun));
            connect(started);
            for (String request : List.copyOf(pods.values())) {
                warnUnlessOk(exchange(request));
            }
        } catch (IOException | RuntimeException e) {
            log.warn("the node's proxy could not be set up, see {}: {}", output, e.toString());
            Process running = process;
            if (running != null) {
                running.destroyForcibly();
            } else {
                relaunch(-1, begun);
            }
        }
    }

    private void relaunch(int code, long begun) {
        if (closed || worker.isShutdown()) {
            return;
        }
        log.warn("the node's proxy ended with {}; starting it again", code);
        boolean lived = System.nanoTime() - begun > TimeUnit.SECONDS.toNanos(5);
        worker.schedule(this::launch, lived ? 0 : SLOW_RESTART_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void connect(Process started) throws IOException {
        long until = System.nanoTime() + START.toNanos();
        while (true) {
            try {
                SocketChannel opened = SocketChannel.open(StandardProtocolFamily.UNIX);
                opened.connect(UnixDomainSocketAddress.of(socket));
                channel = opened;
                replies = new BufferedReader(
                        new InputStreamReader(Channels.newInputStream(opened), StandardCharsets.UTF_8));
                return;
            } catch (IOException e) {
                if (!started.isAlive() || closed || System.nanoTime() > until) {
                    throw e;
                }
                pause();
            }
        }
    }

    private static void pause() throws IOException {
        try {
            TimeUnit.MILLISECONDS.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private Map<String, Object> exchange(String request) throws IOException {
        SocketChannel to = channel;
        BufferedReader from = replies;
        if (to == null || from == null) {
            throw new IOException("the proxy is not running");
        }
        ByteBuffer bytes = ByteBuffer.wrap((request + "\n").getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
        String reply = from.readLine();
        if (reply == null) {
            throw new IOException("the proxy closed its control socket");
        }
        return Json.read(reply);
    }

    private static void warnUnlessOk(Map<String, Object> reply) {
        if (!Boolean.TRUE.equals(reply.get("ok"))) {
            log.warn("the node's proxy refused a pod: {}", reply);
        }
    }

    /**
     * Adds a pod; returns what is wrong, or an empty text. When the proxy is just down, it will be told when it is up.
     *
     * @param pod see {@link Bootstrap#description}
     */
    String add(String id, Map<String, Object> pod) {
        return onWorker(() -> {
            Map<String, Object> request = new LinkedHashMap<>(pod);
            request.put("op", "add");
            String text = Json.write(request);
            launchOnce();
            pods.put(id, text);
            try {
                Map<String, Object> reply = exchange(text);
                return Boolean.TRUE.equals(reply.get("ok")) ? "" : String.valueOf(reply.get("error"));
            } catch (IOException e) {
                log.debug("pod {} is added when the proxy is up: {}", id, e.toString());
                return "";
            }
        });
    }

    /**
     * Has a pod take leave of its clients: every answer from now on is its connection's last.
     *
     * @param close whether connections without a request are closed now, and those with one after it
     * @return how many connections it has; none when the proxy is just down
     */
    int drain(String id, boolean close) {
        return onWorker(() -> {
            try {
                Map<String, Object> reply = exchange(Json.write(Map.of("op", "drain", "id", id, "close", close)));
                warnUnlessOk(reply);
                return reply.get("connections") instanceof Number connections ? connections.intValue() : 0;
            } catch (IOException e) {
                log.debug("pod {} has no connections: {}", id, e.toString());
                return 0;
            }
        });
    }

    void remove(String id) {
        onWorker(() -> {
            pods.remove(id);
            try {
                warnUnlessOk(exchange(Json.write(Map.of("op", "remove", "id", id))));
            } catch (IOException e) {
                log.debug("pod {} needs no removal: {}", id, e.toString());
            }
            return "";
        });
    }

    private <T> T onWorker(Callable<T> task) {
        try {
            return worker.submit(task).get(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the node's proxy does not answer; see " + output, e);
        }
    }

    @Override
    public void close() {
        closed = true;
        worker.shutdownNow();
        Process running = process;
        if (running != null) {
            running.destroy();
            try {
                if (!running.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
                    running.destroyForcibly();
                }
            } catch (InterruptedException e) {
                running.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
