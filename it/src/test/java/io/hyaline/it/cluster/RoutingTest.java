package io.hyaline.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.testkit.Eventually;
import io.hyaline.testkit.Output;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** VirtualService, DestinationRule (O32 among it) and ServiceEntry between pods, told by the log of the client's proxy. */
@Tag("cluster")
final class RoutingTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String HERE = ClusterFixture.ROOT + "/it/src/test/cluster/";
    private static final String PAIR = "pair.default.svc.cluster.local";
    private static ClusterFixture cluster;
    private static int asked;

    @BeforeAll
    static void up() {
        cluster = ClusterFixture.start();
        cluster.kubectl("apply", "-f", HERE + "routing.yaml");
        for (String app : List.of("shop-v1", "shop-v2", "outside", "client")) {
            cluster.kubectl("rollout", "status", "deploy/" + app, "--timeout=120s");
        }
        Eventually.holds(
                "a first answer by a route",
                () -> text(ask("/anything", "http://shop:8000").orElse(JSON.nullNode()), "route_name")
                        .equals("usual"));
    }

    @AfterAll
    static void down() {
        cluster.close();
    }

    @ParameterizedTest
    @CsvSource({
        "'',               usual,  v1",
        "end-user: jason,  picked, v2",
        "end-user: jasper, usual,  v1",
    })
    void aHeaderChoosesTheSubset(String header, String route, String version) {
        JsonNode line = ask("/anything", "-H", header, "http://shop:8000").orElseThrow();

        assertThat(text(line, "route_name")).isEqualTo(route);
        assertThat(text(line, "upstream_cluster"))
                .isEqualTo("outbound|8000|" + version + "|shop.default.svc.cluster.local");
        assertThat(text(line, "upstream_host")).isEqualTo(podIp("version=" + version) + ":8000");
        JsonNode server = logged("deploy/shop-" + version, text(line, "path")).orElseThrow();
        assertThat(text(server, "requested_server_name"))
                .isEqualTo("outbound_.8000_." + version + "_.shop.default.svc.cluster.local");
        assertThat(text(server, "downstream_remote_address")).startsWith(podIp("app=client") + ":");
    }

    @Test
    void aTimeoutAndAFaultAreTheClientsProxys() {
        JsonNode late = ask("/delay/5", "http://shop:8000").orElseThrow();
        assertThat(late.path("response_code").asInt()).isEqualTo(504);
        assertThat(text(late, "response_flags")).isEqualTo("UT");

        Output broken = curl("-i", "http://shop:8000/broken");
        assertThat(broken.out().strip()).startsWith("HTTP/1.1 418 ").endsWith("fault filter abort");
    }

    @Test
    void aRewriteAndAHeaderReachTheServer() {
        JsonNode seen = JSON.readTree(curl("http://shop:8000/old/shoe").good().out());

        assertThat(text(seen, "url")).endsWith("/anything/shoe");
        assertThat(text(seen.path("headers"), "X-Shop")).isEqualTo("renamed");
    }

    @Test
    void oneAddressStaysWithOneEndpoint() {
        Set<String> endpoints = new HashSet<>();
        for (int i = 0; i < 10; i++) {
            endpoints.add(text(ask("/anything", "http://pair:8000").orElseThrow(), "upstream_host"));
        }
        assertThat(endpoints).as("O32").hasSize(1);

        rule("{\"spec\":{\"trafficPolicy\":{\"loadBalancer\":{\"consistentHash\":null,\"simple\":\"ROUND_ROBIN\"}}}}");
        try {
            Eventually.holds(
                    "both endpoints are used",
                    () -> endpoints.add(
                            text(ask("/anything", "http://pair:8000").orElseThrow(), "upstream_host")));
        } finally {
            rule(
                    "{\"spec\":{\"trafficPolicy\":{\"loadBalancer\":{\"simple\":null,\"consistentHash\":{\"useSourceIp\":true}}}}}");
        }
    }

    @Test
    void aRuleTurnsMutualTlsOff() {
        assertThat(serverName(ask("/anything", "http://pair:8000").orElseThrow()))
                .isEqualTo("outbound_.8000_._." + PAIR);
        rule("{\"spec\":{\"trafficPolicy\":{\"tls\":{\"mode\":\"DISABLE\"}}}}");
        try {
            Eventually.holds(
                    "plaintext at the server",
                    () -> serverName(ask("/anything", "http://pair:8000").orElseThrow())
                            .equals("null"));
        } finally {
            rule("{\"spec\":{\"trafficPolicy\":{\"tls\":null}}}");
        }
    }

    @Test
    void aServiceEntryLeadsOutOfTheMesh() throws IOException {
        String outside = podIp("app=outside");
        Path entry = cluster.home().resolve("entry.yaml");
        Files.writeString(entry, """
                apiVersion: networking.istio.io/v1
                kind: ServiceEntry
                metadata: {name: outside}
                spec:
                  hosts: [outside.example]
                  addresses: [240.240.0.1]
                  location: MESH_EXTERNAL
                  resolution: STATIC
                  ports: [{number: 80, name: http, protocol: HTTP, targetPort: 8000}]
                  endpoints: [{address: %s}]
                """.formatted(outside));
        cluster.kubectl("apply", "-f", entry.toString());

        String[] words = {"--resolve", "outside.example:80:240.240.0.1", "http://outside.example"};
        Eventually.holds(
                "an answer from outside",
                () -> ask("/ip", words)
                                .map(l -> l.path("response_code").asInt())
                                .orElse(0)
                        == 200);
        JsonNode line = ask("/ip", words).orElseThrow();

        assertThat(text(line, "upstream_cluster")).isEqualTo("outbound|80||outside.example");
        assertThat(text(line, "upstream_host")).isEqualTo(outside + ":8000");
        assertThat(text(line, "downstream_local_address")).isEqualTo("240.240.0.1:80");
        cluster.kubectl("delete", "-f", entry.toString());
    }

    /** One request with a query of its own, and its line in the log of the client's proxy, if there came one. */
    private static Optional<JsonNode> ask(String path, String... options) {
        String unique = path + "?n=" + asked++;
        List<String> words = new ArrayList<>(List.of(options));
        words.add(words.removeLast() + unique);
        curl(words.toArray(String[]::new));
        Eventually.holds(
                "a log line for " + unique,
                () -> logged("deploy/client", unique).isPresent());
        return logged("deploy/client", unique);
    }

    private static Output curl(String... options) {
        List<String> words = new ArrayList<>(List.of("exec", "deploy/client", "--", "curl", "-s", "-m", "10"));
        words.addAll(List.of(options));
        return cluster.tryKubectl(words.toArray(String[]::new));
    }

    private static String serverName(JsonNode clientLine) {
        String host = text(clientLine, "upstream_host");
        String server = host.equals(podIp("version=v1") + ":8000") ? "deploy/shop-v1" : "deploy/shop-v2";
        String path = text(clientLine, "path");
        Eventually.holds(
                "a line of the server for " + path, () -> logged(server, path).isPresent());
        return text(logged(server, path).orElseThrow(), "requested_server_name");
    }

    private static Optional<JsonNode> logged(String of, String path) {
        return cluster.kubectl("logs", of, "-c", "istio-proxy", "--tail=200")
                .lines()
                .filter(l -> l.startsWith("{"))
                .map(l -> JSON.readTree(l))
                .filter(n -> text(n, "path").equals(path))
                .findFirst();
    }

    private static void rule(String patch) {
        cluster.kubectl("patch", "destinationrule", "pair", "--type", "merge", "-p", patch);
    }

    private static String podIp(String selector) {
        return cluster.kubectl("get", "pods", "-l", selector, "-o", "jsonpath={.items[0].status.podIP}");
    }

    private static String text(JsonNode line, String key) {
        return line.path(key).isNull() ? "null" : line.path(key).asString("(missing)");
    }
}
