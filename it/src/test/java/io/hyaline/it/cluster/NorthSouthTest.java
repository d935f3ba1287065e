package io.hyaline.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.testkit.Eventually;
import io.hyaline.testkit.Output;
import io.hyaline.testkit.Running;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The acceptance rows about north-south traffic (O5 to O8, O15 to O17, O19, O20, O31, O33), from machines outside. */
@Tag("cluster")
final class NorthSouthTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String HERE = ClusterFixture.ROOT + "/it/src/test/cluster/";
    private static final String FILTER = ClusterFixture.ROOT + "/samples/enable-xff-for-sidecar-inbound.yaml";
    private static final String CLIENT = "203.0.113.50";
    private static final List<String> NODES = List.of("10.0.0.93", "10.0.0.94");
    private static ClusterFixture cluster;
    private static String front;
    private static int asked;

    @BeforeAll
    static void up() {
        cluster = ClusterFixture.start();
        String pair = cluster.home().resolve("front").toString();
        cluster.run(ClusterFixture.ROOT + "/samples/self-signed", pair).good();
        cluster.kubectl(
                "-n",
                "istio-system",
                "create",
                "secret",
                "tls",
                "front",
                "--key=" + pair + ".key",
                "--cert=" + pair + ".crt");
        cluster.kubectl("apply", "-f", HERE + "north-south.yaml");
        for (String app : List.of("redirect", "tproxy")) {
            cluster.kubectl("rollout", "status", "deploy/" + app, "--timeout=120s");
        }
        for (String gateway : List.of("istio-ingressgateway", "istio-proxied", "istio-hops")) {
            cluster.kubectl("-n", "istio-system", "rollout", "status", "deploy/" + gateway, "--timeout=120s");
        }
        cluster.kubectl("wait", "--for=condition=Ready", "pod/inside", "--timeout=60s");
        front = address("istio-ingressgateway");
        Eventually.passes(
                "an answer through the gateway",
                () -> assertThat(origin(get("redirect", "/ip"))).contains("."));
    }

    @AfterAll
    static void down() {
        cluster.close();
    }

    /** Words stand for addresses: node, client, gateway, server. */
    @ParameterizedTest
    @CsvSource({
        "O5, Cluster, http,  redirect, node,   127.0.0.6, node",
        "O6, Local,   http,  redirect, client, 127.0.0.6, client",
        "O7, Local,   http,  tproxy,   client, gateway,   client",
        "O6, Local,   https, redirect, client, 127.0.0.6, client",
        "O5, Cluster, https, redirect, node,   127.0.0.6, node",
    })
    void theServerSeesTheRightAddress(
            String row, String policy, String scheme, String server, String origin, String peer, String remote) {
        policy(policy);

        Exchange seen = ask(scheme, server);

        assertAddress(seen.origin(), origin);
        JsonNode line = seen.server();
        assertAddress(address(line, "upstream_local_address"), peer);
        assertAddress(address(line, "downstream_remote_address"), remote);
        assertThat(line.path("downstream_remote_address").asString(""))
                .as("from a header")
                .endsWith(":0");
        assertAddress(text(line, "x_forwarded_for"), origin);
        assertThat(line.path("downstream_local_address").asString("")).isEqualTo(podIp("default", server) + ":8000");
    }

    @Test
    void theFilterAtTheServerAddsTheGateway() {
        policy("Local");
        cluster.kubectl("apply", "-f", FILTER);
        try {
            String gateway = podIp("istio-system", "istio-ingressgateway");
            Eventually.holds(
                    "the filter is in force",
                    () -> text(ask("http", "redirect").server(), "x_forwarded_for")
                            .contains(","));
            JsonNode line = ask("http", "redirect").server();
            assertThat(text(line, "x_forwarded_for")).isEqualTo(CLIENT + "," + gateway);
            assertThat(address(line, "downstream_remote_address")).isEqualTo(gateway);
            assertThat(address(line, "upstream_local_address")).isEqualTo("127.0.0.6");
        } finally {
            cluster.kubectl("delete", "-f", FILTER);
        }
        Eventually.holds(
                "the filter is gone",
                () -> !text(ask("http", "redirect").server(), "x_forwarded_for").contains(","));
    }

    @ParameterizedTest
    @CsvSource({
        "O15, Cluster, http,  node,   80,  null",
        "O16, Local,   http,  client, 80,  null",
        "O17, Local,   https, client, 443, redirect.example",
    })
    void theGatewaysLogHasTheSeedsValues(
            String row, String policy, String scheme, String client, int port, String sni) {
        policy(policy);
        String gateway = podIp("istio-system", "istio-ingressgateway");

        JsonNode line = ask(scheme, "redirect").gateway();

        assertAddress(address(line, "downstream_remote_address"), client);
        assertAddress(text(line, "x_forwarded_for"), client);
        assertThat(text(line, "downstream_local_address")).isEqualTo(gateway + ":" + port);
        assertThat(address(line, "upstream_local_address")).isEqualTo(gateway);
        assertThat(text(line, "upstream_host")).isEqualTo(podIp("default", "redirect") + ":8000");
        assertThat(text(line, "upstream_cluster")).isEqualTo("outbound|8000||redirect.default.svc.cluster.local");
        assertThat(text(line, "route_name")).isEqualTo("null");
        assertThat(text(line, "requested_server_name")).isEqualTo(sni);
    }

    @Test
    void theApplicationIsToldTheScheme() {
        JsonNode headers = JSON.readTree(
                        get("https", "redirect", "/headers?show_env=1").good().out())
                .path("headers");

        assertThat(headers.path("X-Forwarded-Proto").asString("")).isEqualTo("https");
    }

    @Test
    void aHeaderThatTheClientMadeUpIsNoAddress() {
        policy("Local");
        String path = nextPath();

        get("http", "redirect", path, "-H", "X-Forwarded-For: 192.0.2.7").good();

        JsonNode line = line("istio-system", "istio-ingressgateway", path);
        assertThat(address(line, "downstream_remote_address")).isEqualTo(CLIENT);
        assertThat(address(line("default", "redirect", path), "downstream_remote_address"))
                .isEqualTo(CLIENT);
    }

    @Test
    void bothWaysOfTheSeedWorkOneAfterTheOther() {
        policy("Cluster");
        patchGateway("Local");
        Eventually.holds(
                "by the IstioGateway", () -> origin(get("redirect", "/ip")).equals(CLIENT));
        policy("Cluster");
        policy("Local");
        patchGateway("Cluster");
        Eventually.holds("the last writer wins", () -> NODES.contains(origin(get("redirect", "/ip"))));
        assertThat(cluster.kubectl(
                        "-n",
                        "istio-system",
                        "get",
                        "istiogateway",
                        "ingressgateway",
                        "-o",
                        "jsonpath={.status.address}"))
                .isEqualTo(front);
    }

    /** Rows of the table of sources that a node port and a pod inside add. */
    @Test
    void nodePortsAndPodsInsideFollowThePolicy() {
        String port = cluster.kubectl(
                        "-n",
                        "istio-system",
                        "get",
                        "svc",
                        "istio-ingressgateway",
                        "-o",
                        "jsonpath={.spec.ports[?(@.port==80)].nodePort}")
                .strip();
        String host = hostOf("istio-ingressgateway");
        String other = NODES.stream().filter(n -> !n.equals(host)).findFirst().orElseThrow();
        policy("Cluster");
        for (String node : NODES) {
            assertThat(origin(curl("-H", "Host: redirect.example", "http://" + node + ":" + port + "/ip")))
                    .as("node port of " + node)
                    .isEqualTo(node);
        }
        policy("Local");
        assertThat(origin(curl("-H", "Host: redirect.example", "http://" + host + ":" + port + "/ip")))
                .isEqualTo(CLIENT);
        assertThat(curl("-m", "2", "-H", "Host: redirect.example", "http://" + other + ":" + port + "/ip")
                        .code())
                .as("dropped: a time-out, no refusal")
                .isEqualTo(28);
        Output inside = cluster.tryKubectl(
                "exec",
                "inside",
                "--",
                "curl",
                "-s",
                "-m",
                "10",
                "-H",
                "Host: redirect.example",
                "http://" + front + "/ip");
        assertThat(origin(inside))
                .as("inside, the load balancer's address is the service")
                .isEqualTo(cluster.kubectl("get", "pod", "inside", "-o", "jsonpath={.status.podIP}"));
    }

    @Test
    void aProxyHeaderSaysWhoCalls() {
        String proxied = address("istio-proxied");
        String path = nextPath();
        Output answer = curl("--haproxy-protocol", "-H", "Host: redirect.example", "http://" + proxied + path);

        assertThat(origin(answer)).as("though nodes hide the client's address").isEqualTo(CLIENT);
        assertThat(address(line("istio-system", "istio-proxied", path), "downstream_remote_address"))
                .isEqualTo(CLIENT);
        assertThat(curl("-H", "Host: redirect.example", "http://" + proxied + "/ip")
                        .code())
                .as("without a header the connection is closed")
                .isIn(52, 56);
    }

    /** Rows 3, 8 and 9 of the table of X-Forwarded-For, at a gateway that trusts two proxies before it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "203.0.113.128, 203.0.113.10, 203.0.113.1 | 203.0.113.10",
                "56.5.6.7, 72.9.5.6, 98.1.2.3 | 72.9.5.6",
                "1.2.3.4 | node",
            })
    void trustedProxiesAreCountedFromTheRight(String forwarded, String trusted) {
        String path = "/headers?show_env=1&row=" + asked++;

        Output answer = curl(
                "-H",
                "Host: redirect.example",
                "-H",
                "X-Forwarded-For: " + forwarded,
                "http://" + address("istio-hops") + path);

        JsonNode headers = JSON.readTree(answer.good().out()).path("headers");
        assertAddress(headers.path("X-Envoy-External-Address").asString(""), trusted);
        String entries = headers.path("X-Forwarded-For").asString("");
        assertThat(entries).startsWith(forwarded + ",");
        assertThat(entries.substring(forwarded.length() + 1)).isIn(NODES);
        assertAddress(address(line("istio-system", "istio-hops", path), "downstream_remote_address"), trusted);
    }

    @Test
    void clientsAtTheSameTimeAreToldApart() {
        policy("Local");
        List<String> clients = List.of("203.0.113.51", "203.0.113.52");
        List<Running> running = clients.stream()
                .map(ip -> cluster.curl(ip, "-H", "Host: redirect.example", "http://" + front + "/ip?[1-20]"))
                .toList();

        for (int i = 0; i < clients.size(); i++) {
            String origin = "\"origin\": \"" + clients.get(i) + "\"";
            String answers = running.get(i).waitFor().good().out();
            assertThat(answers.split(Pattern.quote(origin), -1)).as(answers).hasSize(21);
        }
    }

    private record Exchange(String origin, JsonNode gateway, JsonNode server) {}

    private static Exchange ask(String scheme, String server) {
        String path = nextPath();
        String origin = origin(get(scheme, server, path));
        return new Exchange(origin, line("istio-system", "istio-ingressgateway", path), line("default", server, path));
    }

    private static String nextPath() {
        return "/ip?row=" + asked++;
    }

    private static Output get(String server, String path) {
        return get("http", server, path);
    }

    /** From an external machine, by the server's name. */
    private static Output get(String scheme, String server, String path, String... more) {
        String name = server + ".example";
        int port = scheme.equals("http") ? 80 : 443;
        List<String> words = new ArrayList<>(List.of("-k", "--resolve", name + ":" + port + ":" + front));
        words.addAll(List.of(more));
        words.add(scheme + "://" + name + path);
        return curl(words.toArray(String[]::new));
    }

    private static Output curl(String... arguments) {
        return cluster.curl(CLIENT, arguments).waitFor();
    }

    private static String origin(Output answer) {
        return answer.code() == 0 && answer.out().startsWith("{")
                ? JSON.readTree(answer.out()).path("origin").asString("").split(",")[0]
                : "exit " + answer.code() + ": " + answer.out() + answer.err();
    }

    /** The Kubernetes way; returns when it holds. */
    private static void policy(String policy) {
        cluster.kubectl("-n", "istio-system", "patch", "svc", "istio-ingressgateway", "-p", patch(policy));
        Eventually.holds("the policy " + policy, () -> {
            String origin = origin(get("redirect", "/ip"));
            return policy.equals("Local") ? origin.equals(CLIENT) : NODES.contains(origin);
        });
    }

    private static void patchGateway(String policy) {
        cluster.kubectl(
                "-n",
                "istio-system",
                "patch",
                "istiogateway",
                "ingressgateway",
                "--type",
                "merge",
                "-p",
                patch(policy));
    }

    private static String patch(String policy) {
        return "{\"spec\":{\"externalTrafficPolicy\":\"" + policy + "\"}}";
    }

    private static void assertAddress(String observed, String expected) {
        switch (expected) {
            case "node" -> assertThat(observed).isIn(NODES);
            case "client" -> assertThat(observed).isEqualTo(CLIENT);
            case "gateway" -> assertThat(observed).isEqualTo(podIp("istio-system", "istio-ingressgateway"));
            default -> assertThat(observed).isEqualTo(expected);
        }
    }

    private static JsonNode line(String namespace, String app, String path) {
        Eventually.holds(
                "a log line of " + app + " for " + path,
                () -> logged(namespace, app, path).isPresent());
        return logged(namespace, app, path).orElseThrow();
    }

    private static Optional<JsonNode> logged(String namespace, String app, String path) {
        return cluster.kubectl("-n", namespace, "logs", "deploy/" + app, "-c", "istio-proxy", "--tail=200")
                .lines()
                .filter(l -> l.startsWith("{"))
                .map(l -> JSON.readTree(l))
                .filter(n -> n.path("path").asString("").equals(path))
                .findFirst();
    }

    private static String address(String service) {
        return cluster.kubectl(
                "-n", "istio-system", "get", "svc", service, "-o", "jsonpath={.status.loadBalancer.ingress[0].ip}");
    }

    private static String podIp(String namespace, String app) {
        return pod(namespace, app, "{.items[0].status.podIP}");
    }

    private static String hostOf(String gateway) {
        return pod("istio-system", gateway, "{.items[0].status.hostIP}");
    }

    private static String pod(String namespace, String app, String what) {
        return cluster.kubectl("-n", namespace, "get", "pods", "-l", "app=" + app, "-o", "jsonpath=" + what);
    }

    private static String text(JsonNode line, String key) {
        return line.path(key).isNull() ? "null" : line.path(key).asString("(missing)");
    }

    private static String address(JsonNode line, String key) {
        String value = line.path(key).asString("");
        return value.contains(":") ? value.substring(0, value.lastIndexOf(':')) : value;
    }
}
