package io.hyaline.cli.demo;

import io.hyaline.runtime.net.Ip;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The seed's first scenario: one pod calls another, and the server says whom it saw. */
public final class EastWest {

    private static final String ANNOTATION = "sidecar.istio.io/interceptionMode";
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String SERVER = "deploy/httpbin";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Kubectl kubectl;
    private final Scene scene;
    private final String hidden;
    private final Consumer<String> progress;
    private final List<Check> checks = new ArrayList<>();
    private int asked;

    public EastWest(Path kubeconfig, Path samples, Ip family, Consumer<String> progress) {
        this.kubectl = new Kubectl(kubeconfig);
        this.scene = new Scene(kubectl, samples, PATIENCE);
        this.hidden = Scene.hidden(family);
        this.progress = progress;
    }

    /** Types the scenario's commands; every row of the result is one observed value. */
    public List<Check> run() {
        progress.accept("kubectl apply: sleep and httpbin");
        scene.apply("sleep.yaml");
        scene.apply("httpbin.yaml");
        scene.rollout("default", "deploy/sleep");
        scene.rollout("default", SERVER);
        checkReady();

        progress.accept("default: REDIRECT");
        look("REDIRECT", hidden, hidden, "null");

        progress.accept("method 1: TPROXY");
        annotate("\"TPROXY\"");
        String client = scene.podAddress("default", "sleep");
        look("TPROXY", client, client, "null");

        progress.accept("the annotation removed");
        annotate("null");
        look("REDIRECT again", hidden, hidden, "null");

        progress.accept("method 2: the EnvoyFilter");
        kubectl.run(
                "apply",
                "-f",
                scene.samples().resolve("enable-xff-for-sidecar-inbound.yaml").toString());
        scene.settle(() -> origin("/ip?settling").equals(client));
        look("EnvoyFilter", client, hidden, client);
        return List.copyOf(checks);
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
        scene.rollout("default", SERVER);
        scene.settle(() -> scene.pods("default", "httpbin").size() == 1);
    }

    /** One request, and the same fact from its answer, from the application's socket and from the proxy's log. */
    private void look(String mode, String origin, String peer, String forwardedFor) {
        String client = scene.podAddress("default", "sleep");
        String server = scene.podAddress("default", "httpbin");
        String path = "/ip?look=" + asked++;
        checks.add(new Check(mode + ": origin that httpbin answers", origin, origin(path)));
        JsonNode line = scene.logLine("default", SERVER, path);
        checks.add(
                new Check(mode + ": log, all keys of the seed", AccessLog.SEED_KEYS.toString(), AccessLog.keys(line)));
        checks.add(new Check(
                mode + ": log, upstream_local_address", peer, AccessLog.host(line, "upstream_local_address")));
        checks.add(new Check(mode + ": socket of the application", peer, socketPeer(line)));
        checks.add(new Check(
                mode + ": log, downstream_remote_address", client, AccessLog.host(line, "downstream_remote_address")));
        checks.add(new Check(
                mode + ": log, downstream_local_address",
                Ip.target(server, 8000),
                AccessLog.text(line, "downstream_local_address")));
        checks.add(new Check(
                mode + ": log, upstream_host", Ip.target(server, 8000), AccessLog.text(line, "upstream_host")));
        checks.add(new Check(mode + ": log, x_forwarded_for", forwardedFor, AccessLog.text(line, "x_forwarded_for")));
        checks.add(new Check(
                mode + ": log, upstream_cluster", "inbound|8000||", AccessLog.text(line, "upstream_cluster")));
        checks.add(new Check(mode + ": log, route_name", "default", AccessLog.text(line, "route_name")));
        checks.add(new Check(mode + ": log, response_flags", "-", AccessLog.text(line, "response_flags")));
        checks.add(new Check(
                mode + ": log, requested_server_name",
                "outbound_.8000_._.httpbin.default.svc.cluster.local",
                AccessLog.text(line, "requested_server_name")));
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

    /** The peer of the application's own socket: the one whose port the proxy logged. */
    private String socketPeer(JsonNode line) {
        return scene.socketPeer("default", SERVER, "httpbin", 8000, AccessLog.port(line, "upstream_local_address"));
    }
}
