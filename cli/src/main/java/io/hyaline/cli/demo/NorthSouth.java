package io.hyaline.cli.demo;

import io.hyaline.cli.cluster.Home;
import io.hyaline.cli.cluster.Outside;
import io.hyaline.cli.demo.Callers.Caller;
import io.hyaline.linux.Command;
import io.hyaline.runtime.net.FamilyPlan;
import io.hyaline.runtime.net.Ip;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The seed's second scenario: from outside, through load balancer and gateway, to the application. */
public final class NorthSouth {

    private static final String SYSTEM = "istio-system";
    private static final String GATEWAY = "deploy/istio-ingressgateway";
    private static final String A_NODE = "a node's address";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Home home;
    private final Kubectl kubectl;
    private final Path samples;
    private final Scene scene;
    private final FamilyPlan plan;
    private final Consumer<String> progress;
    private final NodeTables tables;
    private final List<Check> checks = new ArrayList<>();
    private String address = "";
    private int asked;

    public NorthSouth(Home home, Path samples, FamilyPlan plan, Consumer<String> progress) {
        this.home = home;
        this.kubectl = new Kubectl(home.kubeconfig());
        this.samples = samples;
        this.scene = new Scene(kubectl, samples, PATIENCE);
        this.plan = plan;
        this.progress = progress;
        this.tables = new NodeTables(home);
    }

    /** Types the scenario's commands; every row of the result is one observed value. */
    public List<Check> run() {
        progress.accept("kubectl apply: httpbin, its Gateway and its VirtualService");
        scene.apply("httpbin.yaml");
        scene.apply("http-demo.yaml");
        scene.rollout("default", "deploy/httpbin");
        scene.rollout(SYSTEM, GATEWAY);
        address = kubectl.run(
                "-n",
                SYSTEM,
                "get",
                "service",
                "istio-ingressgateway",
                "-o",
                "jsonpath={.status.loadBalancer.ingress[0].ip}");
        checks.add(new Check("the gateway's address", plan.balancerAddresses().getFirst(), address));

        progress.accept("HTTP, externalTrafficPolicy Cluster");
        until("http", A_NODE);
        look("HTTP, Cluster", "http", false);

        progress.accept("kubectl patch istiogateway: Local");
        patchGateway("Local");
        until("http", Caller.HOST.address(plan));
        look("HTTP, Local", "http", true);

        progress.accept("kubectl patch svc: Cluster, then Local");
        patchService("Cluster");
        until("http", A_NODE);
        origins("HTTP, Cluster by the Service", false);
        patchService("Local");
        until("http", Caller.HOST.address(plan));
        origins("HTTP, Local by the Service", true);

        progress.accept("a certificate, and kubectl apply: https-demo");
        certificate();
        scene.apply("https-demo.yaml");
        until("https", Caller.HOST.address(plan));
        look("HTTPS, Local", "https", true);
        checks.add(new Check(
                "HTTPS: scheme that httpbin is told",
                "https",
                JSON.readTree(curl(url("https") + "/headers?show_env=1"))
                        .path("headers")
                        .path("X-Forwarded-Proto")
                        .asString("(none)")));

        progress.accept("HTTPS, externalTrafficPolicy Cluster");
        patchService("Cluster");
        until("https", A_NODE);
        look("HTTPS, Cluster", "https", false);
        return List.copyOf(checks);
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
        String gateway = scene.podAddress(SYSTEM, "istio-ingressgateway");
        String server = scene.podAddress("default", "httpbin");
        try (Callers callers = Callers.start(Outside.of(home), plan, url(scheme), query)) {
            for (Caller caller : Caller.values()) {
                String path = Callers.path(query, caller);
                String row = title + ", " + caller.text + ": ";
                JsonNode line = scene.logLine(SYSTEM, GATEWAY, path);
                String socket = gatewaySocket(line, port);
                String answers = tables.answersTo(caller.address(plan), port);
                String origin = callers.origin(caller);
                add(
                        row + "origin that httpbin answers",
                        local ? caller.address(plan) : A_NODE,
                        local ? origin : node(origin));
                add(
                        row + "gateway's log, downstream_remote_address",
                        origin,
                        AccessLog.host(line, "downstream_remote_address"));
                add(row + "gateway's log, x_forwarded_for", origin, AccessLog.text(line, "x_forwarded_for"));
                add(row + "gateway's own socket", origin, socket);
                add(row + "conntrack, whom answers go to", origin, answers);
                JsonNode inner = scene.logLine("default", "deploy/httpbin", path);
                add(
                        row + "httpbin's log, downstream_remote_address",
                        Ip.target(origin, 0),
                        AccessLog.text(inner, "downstream_remote_address"));
                add(row + "httpbin's log, x_forwarded_for", origin, AccessLog.text(inner, "x_forwarded_for"));
                add(row + "httpbin's own socket", Scene.hidden(plan.family()), serverSocket(inner));
                if (caller == Caller.HOST) {
                    fields(title, line, Ip.target(gateway, port), Ip.target(server, 8000));
                }
            }
        }
    }

    private void fields(String title, JsonNode line, String gateway, String server) {
        String row = title + ": gateway's log, ";
        add(row + "all keys of the seed", AccessLog.SEED_KEYS.toString(), AccessLog.keys(line));
        add(row + "downstream_local_address", gateway, AccessLog.text(line, "downstream_local_address"));
        add(row + "upstream_local_address", AccessLog.host(gateway), AccessLog.host(line, "upstream_local_address"));
        add(row + "upstream_host", server, AccessLog.text(line, "upstream_host"));
        add(
                row + "upstream_cluster",
                "outbound|8000||httpbin.default.svc.cluster.local",
                AccessLog.text(line, "upstream_cluster"));
        add(row + "route_name", "null", AccessLog.text(line, "route_name"));
        add(row + "requested_server_name", "null", AccessLog.text(line, "requested_server_name"));
        add(row + "authority", bracketed(), AccessLog.text(line, "authority"));
        add(row + "response_flags", "-", AccessLog.text(line, "response_flags"));
    }

    private void origins(String title, boolean local) {
        String query = "look=" + asked++;
        try (Callers callers = Callers.start(Outside.of(home), plan, url("http"), query)) {
            for (Caller caller : Caller.values()) {
                scene.logLine(SYSTEM, GATEWAY, Callers.path(query, caller));
                String origin = callers.origin(caller);
                add(
                        title + ", " + caller.text + ": origin that httpbin answers",
                        local ? caller.address(plan) : A_NODE,
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
        return scene.socketPeer(
                SYSTEM, GATEWAY, "istio-proxy", port, AccessLog.port(line, "downstream_remote_address"));
    }

    private String serverSocket(JsonNode line) {
        return scene.socketPeer(
                "default", "deploy/httpbin", "httpbin", 8000, AccessLog.port(line, "upstream_local_address"));
    }

    /** Waits until a change has arrived; what comes of it is looked at afterwards. */
    private void until(String scheme, String expected) {
        scene.settle(() -> {
            String answer = curl(url(scheme) + "/ip?settling");
            String seen = answer.startsWith("{")
                    ? JSON.readTree(answer).path("origin").asString("")
                    : "";
            return seen.equals(expected)
                    || (expected.equals(A_NODE) && node(seen).equals(A_NODE));
        });
    }

    private String url(String scheme) {
        return scheme + "://" + bracketed();
    }

    private String bracketed() {
        return address.indexOf(':') < 0 ? address : "[" + address + "]";
    }

    private static String curl(String url) {
        return Command.of("curl", "-sgk", "-m", "5", url).run().output();
    }
}
