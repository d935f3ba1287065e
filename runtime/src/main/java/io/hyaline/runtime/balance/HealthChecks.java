package io.hyaline.runtime.balance;

import io.hyaline.linux.LinuxException;
import io.hyaline.linux.NamespaceThread;
import io.hyaline.linux.NetNs;
import io.hyaline.runtime.net.Ip;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;

/** Asks health ports again and again, each by a thread of its own, and tells when an answer is another than before. */
final class HealthChecks implements AutoCloseable {

    private static final Duration INTERVAL = Duration.ofMillis(500);
    private static final int TIMEOUT_MILLIS = 1000;
    /** So many times a port that answered must be silent before it counts as such: a busy machine is not a dead one. */
    private static final int SILENT_TIMES = 3;

    private final NamespaceThread thread;
    private final NetNs namespace;
    private final Runnable changed;
    private final Map<Target, Watch> watches = new ConcurrentHashMap<>();

    /** What one thread has heard. It ends when its target has no watch, or another one. */
    private static final class Watch {
        private volatile NodeHealth heard = NodeHealth.UNKNOWN;
    }

    HealthChecks(NamespaceThread thread, NetNs namespace, Runnable changed) {
        this.thread = thread;
        this.namespace = namespace;
        this.changed = changed;
    }

    /** Asks these, and no others any more. */
    void ask(Set<Target> targets) {
        watches.keySet().retainAll(targets);
        for (Target target : targets) {
            Watch watch = new Watch();
            if (watches.putIfAbsent(target, watch) == null) {
                Thread.ofVirtual()
                        .name("health-check-" + target.address() + ":" + target.port())
                        .start(() -> run(target, watch));
            }
        }
    }

    NodeHealth of(Target target) {
        Watch watch = watches.get(target);
        return watch == null ? NodeHealth.UNKNOWN : watch.heard;
    }

    private void run(Target target, Watch watch) {
        int silent = 0;
        try {
            while (watches.get(target) == watch) {
                NodeHealth heard = check(target);
                silent = heard == NodeHealth.SILENT ? silent + 1 : 0;
                NodeHealth before = watch.heard;
                boolean patient = heard == NodeHealth.SILENT && before == NodeHealth.GOOD && silent < SILENT_TIMES;
                if (!patient && heard != before && watches.get(target) == watch) {
                    watch.heard = heard;
                    changed.run();
                }
                Thread.sleep(INTERVAL);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private NodeHealth check(Target target) {
        try (SocketChannel channel = thread.call(namespace, SocketChannel::open)) {
            Socket socket = channel.socket();
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(new InetSocketAddress(target.address(), target.port()), TIMEOUT_MILLIS);
            String request = "GET /healthz HTTP/1.1\r\nHost: " + Ip.target(target.address(), target.port())
                    + "\r\nUser-Agent: hyaline-balancer\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII), 256);
            String status = in.readLine();
            if (status == null) {
                return NodeHealth.SILENT;
            }
            return status.startsWith("HTTP/1.1 200 ") || status.startsWith("HTTP/1.0 200 ")
                    ? NodeHealth.GOOD
                    : NodeHealth.BAD;
        } catch (IOException | LinuxException | RejectedExecutionException e) {
            // The last means that this load balancer is being closed.
            return NodeHealth.SILENT;
        }
    }

    @Override
    public void close() {
        watches.clear();
    }
}
