package io.hyaline.cli.demo;

import io.hyaline.cli.exit.Failure;
import io.hyaline.runtime.net.Ip;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What every scenario does and looks at with kubectl.
 *
 * @param patience how long something may take to show
 */
record Scene(Kubectl kubectl, Path samples, Duration patience) {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final long LOOK_NANOS = 100_000_000L;

    /** What an application sees in place of its clients. */
    static String hidden(Ip family) {
        return family == Ip.V4 ? "127.0.0.6" : "::6";
    }

    void apply(String sample) {
        kubectl.run("-n", "default", "apply", "-f", samples.resolve(sample).toString());
    }

    void rollout(String namespace, String deployment) {
        kubectl.run("-n", namespace, "rollout", "status", deployment, "--timeout=90s");
    }

    /** The last line that the proxy of {@code deployment} wrote for {@code path}. */
    JsonNode logLine(String namespace, String deployment, String path) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (System.nanoTime() < deadline) {
            String log = kubectl.run("-n", namespace, "logs", deployment, "-c", "istio-proxy", "--tail=200");
            Optional<JsonNode> line = AccessLog.find(log, path, "demo");
            if (line.isPresent()) {
                return line.get();
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        throw new Failure(Failure.NOT_SO, deployment + " logged no line for " + path);
    }

    /** Waits until {@code there} holds, or patience ends: what is so then is looked at afterwards. */
    void settle(BooleanSupplier there) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!there.getAsBoolean() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /** The address that the kernel shows as peer of a container's own socket: the one at {@code port} whose peer's port is given. */
    String socketPeer(String namespace, String deployment, String container, int port, String peerPort) {
        String table = kubectl.run("-n", namespace, "exec", deployment, "-c", container, "--", "netstat", "-ntW");
        return table.lines()
                .map(l -> l.trim().split("\\s+"))
                .filter(f -> f.length > 4 && f[3].endsWith(":" + port) && f[4].endsWith(":" + peerPort))
                .map(f -> f[4].substring(0, f[4].lastIndexOf(':')))
                .findFirst()
                .orElse("(no socket with peer port " + peerPort + ")");
    }

    String podAddress(String namespace, String app) {
        List<JsonNode> pods = pods(namespace, app);
        return pods.isEmpty()
                ? "(no pod)"
                : pods.getFirst().path("status").path("podIP").asString("(no address)");
    }

    List<JsonNode> pods(String namespace, String app) {
        JsonNode list = JSON.readTree(kubectl.run("-n", namespace, "get", "pods", "-l", "app=" + app, "-o", "json"));
        List<JsonNode> pods = new ArrayList<>();
        list.path("items").forEach(pods::add);
        return pods;
    }
}
