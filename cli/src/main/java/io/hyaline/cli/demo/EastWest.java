package io.hyaline.cli.demo;

import io.hyaline.cli.exit.Failure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The seed's first scenario: one pod calls another, and the server says whom it saw. */
public final class EastWest {

    private static final String ANNOTATION = "sidecar.istio.io/interceptionMode";
    private static final long PATIENCE_NANOS = 20_000_000_000L;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Kubectl kubectl;
    private final Path samples;
    private final Consumer<String> progress;
    private final List<Check> checks = new ArrayList<>();
    private int asked;

    public EastWest(Path kubeconfig, Path samples, Consumer<String> progress) {
        this.kubectl = new Kubectl(kubeconfig);
        this.samples = samples;
        this.progress = progress;
    }

    /** Types the scenario's commands; every row of the result is one observed value. */
    public List<Check> run() {
        progress.accept("kubectl apply: sleep and httpbin");
        apply("sleep.yaml");
        apply("httpbin.yaml");
        rollout("sleep");
        rollout("httpbin");
        checkReady();

        progress.accept("default: REDIRECT");
        look("REDIRECT", "127.0.0.6", "127.0.0.6", "null");

        progress.accept("method 1: TPROXY");
        annotate("\"TPROXY\"");
        String client = podAddress("sleep");
        look("TPROXY", client, client, "null");

        progress.accept("the annotation removed");
        annotate("null");
        look("REDIRECT again", "127.0.0.6", "127.0.0.6", "null");

        progress.accept("method 2: the EnvoyFilter");
        kubectl.run(
                "apply",
                "-f",
                samples.resolve("enable-xff-for-sidecar-inbound.yaml").toString());
        eventually(() -> origin("/ip?settling"), client);
        look("EnvoyFilter", client, "127.0.0.6", client);
        return List.copyOf(checks);
    }

    private void apply(String sample) {
        kubectl.run("-n", "default", "apply", "-f", samples.resolve(sample).toString());
    }

    private void rollout(String deployment) {
        kubectl.run("-n", "default", "rollout", "status", "deploy/" + deployment, "--timeout=90s");
    }

    private void checkReady() {
        for (String app : List.of("sleep", "httpbin")) {
            String ready = kubectl.run(
                    "-n",
                    "default",
                    "get",
                    "pods",
                    "-l",
                    "app=" + app,
                    "-o",
                    "jsonpath={.items[0].status.containerStatuses[*].ready}");
            checks.add(new Check(app + ": containers ready", "true true", ready));
        }
    }

    private void annotate(String value) {
        kubectl.run(
                "patch",
                "deployment",
                "-n",
                "default",
                "httpbin",
                "-p",
                "{\"spec\":{\"template\":{\"metadata\":{\"annotations\":{\"" + ANNOTATION + "\":" + value + "}}}}}");
        rollout("httpbin");
        eventually(() -> String.valueOf(pods("httpbin").size()), "1");
    }

    /** One request, and the same fact from its answer, from the application's socket and from the proxy's log. */
    private void look(String mode, String origin, String peer, String forwardedFor) {
        String client = podAddress("sleep");
        String server = podAddress("httpbin");
        String path = "/ip?look=" + asked++;
        checks.add(new Check(mode + ": origin that httpbin answers", origin, origin(path)));
        JsonNode line = logLine(path);
        checks.add(new Check(mode + ": log, all keys of the seed", AccessLog.SEED_KEYS.toString(), keys(line)));
        checks.add(new Check(
                mode + ": log, upstream_local_address", peer, AccessLog.host(line, "upstream_local_address")));
        checks.add(new Check(mode + ": socket of the application", peer, socketPeer(line)));
        checks.add(new Check(
                mode + ": log, downstream_remote_address", client, AccessLog.host(line, "downstream_remote_address")));
        checks.add(new Check(
                mode + ": log, downstream_local_address", server + ":8000", text(line, "downstream_local_address")));
        checks.add(new Check(mode + ": log, upstream_host", server + ":8000", text(line, "upstream_host")));
        checks.add(new Check(mode + ": log, x_forwarded_for", forwardedFor, text(line, "x_forwarded_for")));
        checks.add(new Check(mode + ": log, upstream_cluster", "inbound|8000||", text(line, "upstream_cluster")));
        checks.add(new Check(mode + ": log, route_name", "default", text(line, "route_name")));
        checks.add(new Check(mode + ": log, response_flags", "-", text(line, "response_flags")));
        checks.add(new Check(
                mode + ": log, requested_server_name",
                "outbound_.8000_._.httpbin.default.svc.cluster.local",
                text(line, "requested_server_name")));
        boolean portKept = AccessLog.port(line, "upstream_local_address")
                .equals(AccessLog.port(line, "downstream_remote_address"));
        checks.add(new Check(mode + ": client's source port is kept", "false", String.valueOf(portKept)));
    }

    private String origin(String path) {
        String answer = kubectl.run(
                "-n",
                "default",
                "exec",
                "deploy/sleep",
                "-c",
                "sleep",
                "--",
                "curl",
                "-s",
                "-A",
                "demo",
                "http://httpbin:8000" + path);
        try {
            return JSON.readTree(answer).path("origin").asString("(no origin in " + answer + ")");
        } catch (tools.jackson.core.JacksonException e) {
            return "(not JSON: " + answer.strip() + ")";
        }
    }

    private JsonNode logLine(String path) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (System.nanoTime() < deadline) {
            String log = kubectl.run("-n", "default", "logs", "deploy/httpbin", "-c", "istio-proxy", "--tail=50");
            var line = AccessLog.find(log, path, "demo");
            if (line.isPresent()) {
                return line.get();
            }
            LockSupport.parkNanos(100_000_000L);
        }
        throw new Failure(Failure.NOT_SO, "httpbin's istio-proxy logged no line for " + path);
    }

    /** The peer that the kernel shows for the application's own socket: the one whose port the proxy logged. */
    private String socketPeer(JsonNode line) {
        String port = AccessLog.port(line, "upstream_local_address");
        String table = kubectl.run("-n", "default", "exec", "deploy/httpbin", "-c", "httpbin", "--", "netstat", "-nt");
        return table.lines()
                .map(l -> l.trim().split("\\s+"))
                .filter(f -> f.length > 4 && f[3].endsWith(":8000") && f[4].endsWith(":" + port))
                .map(f -> f[4].substring(0, f[4].lastIndexOf(':')))
                .findFirst()
                .orElse("(no socket with peer port " + port + ")");
    }

    private String podAddress(String app) {
        List<JsonNode> pods = pods(app);
        return pods.isEmpty()
                ? "(no pod)"
                : pods.getFirst().path("status").path("podIP").asString("(no address)");
    }

    private List<JsonNode> pods(String app) {
        JsonNode list = JSON.readTree(kubectl.run("-n", "default", "get", "pods", "-l", "app=" + app, "-o", "json"));
        List<JsonNode> pods = new ArrayList<>();
        list.path("items").forEach(pods::add);
        return pods;
    }

    private static String keys(JsonNode line) {
        return new java.util.TreeSet<>(line.propertyNames()).toString();
    }

    private static String text(JsonNode line, String key) {
        JsonNode value = line.path(key);
        return value.isNull() ? "null" : value.asString("(missing)");
    }

    private static void eventually(Supplier<String> value, String expected) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!value.get().equals(expected) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(100_000_000L);
        }
    }
}
