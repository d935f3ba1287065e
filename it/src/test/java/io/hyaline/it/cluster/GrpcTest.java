package io.hyaline.it.cluster;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.testkit.Eventually;
import io.hyaline.testkit.Output;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** HTTP/2 all the way through a cluster: a real gRPC client and server between pods, and through the gateway. */
@Tag("cluster")
final class GrpcTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String HERE = ClusterFixture.ROOT + "/it/src/test/cluster/grpc/";
    private static final String IMAGE = "hyaline.test/grpc";
    private static final String CLIENT = "203.0.113.50";
    private static ClusterFixture cluster;
    private static Path images;
    private static String front;

    @BeforeAll
    static void up() throws IOException {
        ClusterFixture.prepareImages();
        images = ClusterFixture.imagesHome().resolve("images-of-tests");
        Path httpbin = Files.createDirectories(images.resolve("images")).resolve("httpbin");
        if (!Files.exists(httpbin)) {
            Files.createSymbolicLink(httpbin, ClusterFixture.imagesHome().resolve("images/httpbin"));
        }
        Files.copy(Path.of(HERE, "images.yaml"), images.resolve("images.yaml"), REPLACE_EXISTING);
        ClusterFixture.prepareImages(images, IMAGE);
        cluster = ClusterFixture.startWith(List.of("HYALINE_IMAGES_HOME=" + images));
        String pair = cluster.home().resolve("echo").toString();
        cluster.run(ClusterFixture.ROOT + "/samples/self-signed", pair, "echo.example")
                .good();
        cluster.kubectl(
                "-n",
                "istio-system",
                "create",
                "secret",
                "tls",
                "echo",
                "--key=" + pair + ".key",
                "--cert=" + pair + ".crt");
        cluster.kubectl(
                "create",
                "configmap",
                "grpc",
                "--from-file=" + HERE + "server.py",
                "--from-file=" + HERE + "client.py");
        cluster.kubectl("apply", "-f", HERE + "grpc.yaml");
        for (String app : List.of("redirect", "tproxy", "client")) {
            cluster.kubectl("rollout", "status", "deploy/" + app, "--timeout=120s");
        }
        cluster.kubectl("-n", "istio-system", "rollout", "status", "deploy/istio-ingressgateway", "--timeout=120s");
        cluster.kubectl(
                "-n",
                "istio-system",
                "patch",
                "svc",
                "istio-ingressgateway",
                "-p",
                "{\"spec\":{\"externalTrafficPolicy\":\"Local\"}}");
        front = cluster.kubectl(
                "-n",
                "istio-system",
                "get",
                "svc",
                "istio-ingressgateway",
                "-o",
                "jsonpath={.status.loadBalancer.ingress[0].ip}");
        Eventually.holds(
                "an answer between pods",
                () -> code(inside("redirect:9000", "Say", "hello")).equals("OK"));
        Eventually.holds(
                "the client's own address through the gateway",
                () -> CLIENT.equals(forwarded(outside("--authority", "echo.example", front + ":80", "Say", "hello"))));
    }

    @AfterAll
    static void down() {
        cluster.close();
    }

    @ParameterizedTest
    @CsvSource({"redirect, 127.0.0.6", "tproxy, client"})
    void theServerSeesTheRightAddress(String server, String peer) {
        String client = podIp("client");

        JsonNode end = inside(server + ":9000", "Say", "hello");

        assertThat(code(end)).isEqualTo("OK");
        assertThat(end.path("trailers").path("x-end").asString("")).isEqualTo("said");
        JsonNode answer = end.path("answers").path(0);
        assertThat(answer.path("said").asString("")).isEqualTo("hello");
        assertThat(answer.path("peer").asString("")).startsWith("ipv4:" + peer.replace("client", client) + ":");
        assertThat(answer.path("x-forwarded-for").isNull()).isTrue();
        JsonNode line = lastLine("deploy/" + server, "/test.Echo/Say");
        assertThat(line.path("protocol").asString("")).isEqualTo("HTTP/2");
        assertThat(line.path("downstream_remote_address").asString("")).startsWith(client + ":");
        assertThat(line.path("upstream_cluster").asString("")).isEqualTo("inbound|9000||");
        assertThat(line.path("requested_server_name").asString(""))
                .isEqualTo("outbound_.9000_._." + server + ".default.svc.cluster.local");
        assertThat(lastLine("deploy/client", "/test.Echo/Say").path("protocol").asString(""))
                .isEqualTo("HTTP/2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"redirect", "tproxy"})
    void messagesPassOneByOneInBothDirections(String server) {
        JsonNode end = inside(server + ":9000", "Chat", "one", "two", "three");

        assertThat(code(end)).isEqualTo("OK");
        List<String> said = new ArrayList<>();
        end.path("answers").forEach(a -> said.add(a.path("said").asString("")));
        assertThat(said).containsExactly("one", "two", "three");
    }

    @Test
    void aFailureKeepsItsCodeItsTextAndItsTrailers() {
        JsonNode end = inside("redirect:9000", "Fail", "a shoe");

        assertThat(code(end)).isEqualTo("NOT_FOUND");
        assertThat(end.path("details").asString("")).isEqualTo("no such thing: a shoe");
        assertThat(end.path("trailers").path("x-end").asString("")).isEqualTo("failed");
    }

    @Test
    void aRoutesTimeoutEndsACallAsGrpc() {
        JsonNode end = inside("redirect:9000", "Wait", "10");

        assertThat(code(end)).as("Envoy's answer to a 504").isEqualTo("UNAVAILABLE");
        assertThat(end.path("details").asString("")).isEqualTo("upstream request timeout");
        assertThat(lastLine("deploy/client", "/test.Echo/Wait")
                        .path("response_flags")
                        .asString(""))
                .isEqualTo("UT");
    }

    @Test
    void callsAtOnceShareAConnection() {
        JsonNode end = inside("--times", "20", "tproxy:9000", "Say", "together");

        Set<String> peers = new HashSet<>();
        end.path("answers").forEach(a -> peers.add(a.path("peer").asString("")));
        assertThat(end.path("answers")).hasSize(20);
        assertThat(peers).as("connections to the server").hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {80, 443})
    void throughTheGatewayTheHeaderHasTheClient(int port) {
        List<String> words = new ArrayList<>(List.of("--authority", "echo.example"));
        if (port == 443) {
            words.addAll(List.of("--ca", cluster.home().resolve("echo.crt").toString()));
        }
        words.addAll(List.of(front + ":" + port, "Chat", "one", "two"));

        JsonNode end = outside(words.toArray(String[]::new));

        assertThat(code(end)).isEqualTo("OK");
        assertThat(end.path("answers")).hasSize(2);
        assertThat(forwarded(end)).isEqualTo(CLIENT);
        JsonNode line = lastLine("-n", "istio-system", "deploy/istio-ingressgateway", "/test.Echo/Chat");
        assertThat(line.path("protocol").asString("")).isEqualTo("HTTP/2");
        assertThat(line.path("downstream_remote_address").asString("")).startsWith(CLIENT + ":");
        assertThat(line.path("requested_server_name").asString("null"))
                .isEqualTo(port == 443 ? "echo.example" : "null");
    }

    /** A call from the client's pod. */
    private static JsonNode inside(String... words) {
        List<String> all =
                new ArrayList<>(List.of("exec", "deploy/client", "-c", "client", "--", "python3", "/app/client.py"));
        all.addAll(List.of(words));
        return end(cluster.tryKubectl(all.toArray(String[]::new)));
    }

    /** A call from a machine outside. */
    private static JsonNode outside(String... words) {
        List<String> all = new ArrayList<>(
                List.of("client", "--ip", CLIENT, "--", images + "/images/grpc/venv/bin/python3", HERE + "client.py"));
        all.addAll(List.of(words));
        return end(cluster.hyaline(all.toArray(String[]::new)));
    }

    private static JsonNode end(Output output) {
        return output.code() == 0
                ? JSON.readTree(output.out())
                : JSON.createObjectNode().put("code", "exit " + output.code() + ": " + output.err());
    }

    private static String code(JsonNode end) {
        return end.path("code").asString("");
    }

    private static String forwarded(JsonNode end) {
        return end.path("answers").path(0).path("x-forwarded-for").asString("");
    }

    /** The newest line about {@code path} in a proxy's log; the last word is the path, the others are kubectl's. */
    private static JsonNode lastLine(String... words) {
        String path = words[words.length - 1];
        List<String> all = new ArrayList<>(List.of(words).subList(0, words.length - 1));
        all.addFirst("logs");
        all.addAll(List.of("-c", "istio-proxy", "--tail=50"));
        List<JsonNode> lines = new ArrayList<>();
        Eventually.holds("a log line for " + path, () -> {
            cluster.kubectl(all.toArray(String[]::new))
                    .lines()
                    .filter(l -> l.startsWith("{"))
                    .map(l -> JSON.readTree(l))
                    .filter(n -> n.path("path").asString("").equals(path))
                    .forEach(lines::add);
            return !lines.isEmpty();
        });
        return lines.getLast();
    }

    private static String podIp(String app) {
        return cluster.kubectl("get", "pods", "-l", "app=" + app, "-o", "jsonpath={.items[0].status.podIP}");
    }
}
