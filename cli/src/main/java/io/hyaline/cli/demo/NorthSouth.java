package io.hyaline.cli.demo;

import io.hyaline.cli.cluster.Home;
import io.hyaline.cli.cluster.Outside;
import io.hyaline.cli.demo.Callers.Caller;
import io.hyaline.cli.exit.Failure;
import io.hyaline.linux.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The seed's second scenario: from outside, through load balancer and gateway, to the application. */
public final class NorthSouth {

    private static final String SYSTEM = "istio-system";
    private static final String GATEWAY = "deploy/istio-ingressgateway";
    private static final String A_NODE = "a node's address";
    private static final long PATIENCE_NANOS = 30_000_000_000L;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Home home;
    private final Kubectl kubectl;
    private final Path samples;
    private final Consumer<String> progress;
    private final NodeTables tables;
    private final List<Check> checks = new ArrayList<>();
    private String address = "";
    private int asked;

    public NorthSouth(Home home, Path samples, Consumer<String> progress) {
        this.home = home;
        this.kubectl = new Kubectl(home.kubeconfig());
        this.samples = samples;
        this.progress = progress;
        this.tables = new NodeTables(home);
    }

    /** Types the scenario's commands; every row of the result is one observed value. */
    public List<Check> run() {
        progress.accept("kubectl apply: httpbin, its Gateway and its VirtualService");
        apply("httpbin.yaml");
        apply("http-demo.yaml");
        rollout("default", "deploy/httpbin");
        rollout(SYSTEM, GATEWAY);
        address = kubectl.run(
                "-n",
                SYSTEM,
                "get",
                "service",
                "istio-ingressgateway",
                "-o",
                "jsonpath={.status.loadBalancer.ingress[0].ip}");
        checks.add(new Check("the gateway's address", "203.0.113.80", address));

        progress.accept("HTTP, externalTrafficPolicy Cluster");
        until("http", A_NODE);
        look("HTTP, Cluster", "http", false);

        progress.accept("kubectl patch istiogateway: Local");
        patchGateway("Local");
        until("http", Caller.HOST.address);
        look("HTTP, Local", "http", true);

        progress.accept("kubectl patch svc: Cluster, then Local");
        patchService("Cluster");
        until("http", A_NODE);
        origins("HTTP, Cluster by the Service", false);
        patchService("Local");
        until("http", Caller.HOST.address);
        origins("HTTP, Local by the Service", true);

        progress.accept("a certificate, and kubectl apply: https-demo");
        certificate();
        apply("https-demo.yaml");
        until("https", Caller.HOST.address);
        look("HTTPS, Local", "https", true);
        checks.add(new Check(
                "HTTPS: scheme that httpbin is told",
                "https",
                JSON.readTree(curl("https://" + address + "/headers?show_env=1"))
                        .path("headers")
                        .path("X-Forwarded-Proto")
                        .asString("(none)")));

        progress.accept("HTTPS, externalTrafficPolicy Cluster");
        patchService("Cluster");
        until("https", A_NODE);
        look("HTTPS, Cluster", "https", false);
        return List.copyOf(checks);
    }

    private void apply(String sample) {
        kubectl.run("-n", "default", "apply", "-f", samples.resolve(sample).toString());
    }

    private void rollout(String namespace, String deployment) {
        kubectl.run("-n", namespace, "rollout", "status", deployment, "--timeout=90s");
    }

    private void patchGateway(String policy) {
        kubectl.run("-n", SYSTEM, "patch", "istiogateway", "ingressgateway", "--type", "merge", "-p", patch(policy));
    }

    private void patchService(String policy) {
        kubectl.run("-n", SYSTEM, "patch", "svc", "istio-ingressgateway", "-p", patch(policy));
    }

    private static String patch(String policy) {
        return "{\"spec\":{\"externalTrafficPolicy\":\"" + policy + "\"}}";
    }

    private void certificate() {
        try {
            Path directory = Files.createTempDirectory(home.root(), "certificate");
            String pair = directory.resolve("myexample").toString();
            Command.of(samples.resolve("self-signed").toString(), pair).check();
            kubectl.run(
                    "-n",
                    SYSTEM,
                    "create",
                    "secret",
                    "tls",
                    "myexample-credential",
                    "--key=" + pair + ".key",
                    "--cert=" + pair + ".crt");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One request of everybody at once, seen by the answer, the gateway, the kernel and the application. */
    private void look(String title, String scheme, boolean local) {
        String query = "look=" + asked++;
        int port = scheme.equals("http") ? 80 : 443;
        String gateway = podAddress(SYSTEM, "istio-ingressgateway");
        String server = podAddress("default", "httpbin");
        try (Callers callers = Callers.start(Outside.of(home), scheme + "://" + address, query)) {
            for (Caller caller : Caller.values()) {
                String path = Callers.path(query, caller);
                String row = title + ", " + caller.text + ": ";
                JsonNode line = logLine(SYSTEM, GATEWAY, path);
                String socket = gatewaySocket(line, port);
                String answers = tables.answersTo(caller.address, port);
                String origin = callers.origin(caller);
                add(
                        row + "origin that httpbin answers",
                        local ? caller.address : A_NODE,
                        local ? origin : node(origin));
                add(row + "gateway's log, downstream_remote_address", origin, host(line, "downstream_remote_address"));
                add(row + "gateway's log, x_forwarded_for", origin, text(line, "x_forwarded_for"));
                add(row + "gateway's own socket", origin, socket);
                add(row + "conntrack, whom answers go to", origin, answers);
                JsonNode inner = logLine("default", "deploy/httpbin", path);
                add(
                        row + "httpbin's log, downstream_remote_address",
                        origin + ":0",
                        text(inner, "downstream_remote_address"));
                add(row + "httpbin's log, x_forwarded_for", origin, text(inner, "x_forwarded_for"));
                add(row + "httpbin's own socket", "127.0.0.6", serverSocket(inner));
                if (caller == Caller.HOST) {
                    fields(title, line, gateway + ":" + port, server + ":8000");
                }
            }
        }
    }

    private void fields(String title, JsonNode line, String gateway, String server) {
        String row = title + ": gateway's log, ";
        add(row + "all keys of the seed", AccessLog.SEED_KEYS.toString(), keys(line));
        add(row + "downstream_local_address", gateway, text(line, "downstream_local_address"));
        add(
                row + "upstream_local_address",
                gateway.substring(0, gateway.indexOf(':')),
                host(line, "upstream_local_address"));
        add(row + "upstream_host", server, text(line, "upstream_host"));
        add(
                row + "upstream_cluster",
                "outbound|8000||httpbin.default.svc.cluster.local",
                text(line, "upstream_cluster"));
        add(row + "route_name", "null", text(line, "route_name"));
        add(row + "requested_server_name", "null", text(line, "requested_server_name"));
        add(row + "authority", address, text(line, "authority"));
        add(row + "response_flags", "-", text(line, "response_flags"));
    }

    private void origins(String title, boolean local) {
        String query = "look=" + asked++;
        try (Callers callers = Callers.start(Outside.of(home), "http://" + address, query)) {
            for (Caller caller : Caller.values()) {
                logLine(SYSTEM, GATEWAY, Callers.path(query, caller));
                String origin = callers.origin(caller);
                add(
                        title + ", " + caller.text + ": origin that httpbin answers",
                        local ? caller.address : A_NODE,
                        local ? origin : node(origin));
            }
        }
    }

    private void add(String name, String expected, String observed) {
        checks.add(new Check(name, expected, observed));
    }

    private String node(String origin) {
        String nodes = kubectl.run(
                "get", "nodes", "-o", "jsonpath={.items[*].status.addresses[?(@.type==\"InternalIP\")].address}");
        return List.of(nodes.trim().split("\\s+")).contains(origin) ? A_NODE : origin;
    }

    /** The peer of the gateway's own socket: the one whose port it logged. */
    private String gatewaySocket(JsonNode line, int port) {
        return peer(SYSTEM, GATEWAY, "istio-proxy", port, AccessLog.port(line, "downstream_remote_address"));
    }

    private String serverSocket(JsonNode line) {
        return peer("default", "deploy/httpbin", "httpbin", 8000, AccessLog.port(line, "upstream_local_address"));
    }

    private String peer(String namespace, String pod, String container, int port, String peerPort) {
        String table = kubectl.run("-n", namespace, "exec", pod, "-c", container, "--", "netstat", "-nt");
        return table.lines()
                .map(l -> l.trim().split("\\s+"))
                .filter(f -> f.length > 4 && f[3].endsWith(":" + port) && f[4].endsWith(":" + peerPort))
                .map(f -> f[4].substring(0, f[4].lastIndexOf(':')))
                .findFirst()
                .orElse("(no socket with peer port " + peerPort + ")");
    }

    private JsonNode logLine(String namespace, String pod, String path) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (System.nanoTime() < deadline) {
            String log = kubectl.run("-n", namespace, "logs", pod, "-c", "istio-proxy", "--tail=200");
            Optional<JsonNode> line = AccessLog.find(log, path, "demo");
            if (line.isPresent()) {
                return line.get();
            }
            LockSupport.parkNanos(100_000_000L);
        }
        throw new Failure(Failure.NOT_SO, pod + " logged no line for " + path);
    }

    private String podAddress(String namespace, String app) {
        return kubectl.run(
                "-n", namespace, "get", "pods", "-l", "app=" + app, "-o", "jsonpath={.items[0].status.podIP}");
    }

    /** Waits until a change has arrived; what comes of it is looked at afterwards. */
    private void until(String scheme, String expected) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        Supplier<String> origin = () -> {
            String answer = curl(scheme + "://" + address + "/ip?settling");
            return answer.startsWith("{") ? JSON.readTree(answer).path("origin").asString("") : "";
        };
        String seen = origin.get();
        while (System.nanoTime() < deadline
                && !seen.equals(expected)
                && !(expected.equals(A_NODE) && node(seen).equals(A_NODE))) {
            LockSupport.parkNanos(100_000_000L);
            seen = origin.get();
        }
    }

    private static String curl(String url) {
        return Command.of("curl", "-sk", "-m", "5", url).run().output();
    }

    private static String keys(JsonNode line) {
        return new java.util.TreeSet<>(line.propertyNames()).toString();
    }

    private static String host(JsonNode line, String key) {
        return AccessLog.host(line, key);
    }

    private static String text(JsonNode line, String key) {
        JsonNode value = line.path(key);
        return value.isNull() ? "null" : value.asString("(missing)");
    }
}
