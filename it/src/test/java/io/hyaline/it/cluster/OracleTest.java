package io.hyaline.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.testkit.Eventually;
import io.hyaline.testkit.Output;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The acceptance rows about east-west traffic (O1 to O4, O9 to O12, O14, O18, O22 to O24, O28 to O30), on a real cluster. */
@Tag("cluster")
final class OracleTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String HERE = ClusterFixture.ROOT + "/it/src/test/cluster/";
    private static ClusterFixture cluster;
    private static int asked;

    @BeforeAll
    static void up() {
        cluster = ClusterFixture.start();
        cluster.kubectl("apply", "-f", HERE + "oracle.yaml");
        for (String app : List.of("tproxy", "redirect", "near", "far", "plain")) {
            cluster.kubectl("rollout", "status", "deploy/" + app, "--timeout=90s");
        }
    }

    @AfterAll
    static void down() {
        cluster.close();
    }

    /** Client and server as the answer and the server's log show them; "client" and "server" stand for pod addresses. */
    @ParameterizedTest
    @CsvSource({
        "O1,     far,      redirect, 127.0.0.6, outbound_.8000_._.redirect.default.svc.cluster.local",
        "O1near, near,     redirect, 127.0.0.6, outbound_.8000_._.redirect.default.svc.cluster.local",
        "O2,     far,      tproxy,   client,    outbound_.8000_._.tproxy.default.svc.cluster.local",
        "O2near, near,     tproxy,   client,    outbound_.8000_._.tproxy.default.svc.cluster.local",
        "O14r,   plain,    redirect, 127.0.0.6, null",
        "O14t,   plain,    tproxy,   client,    null",
        "O11r,   redirect, redirect, 127.0.0.6, outbound_.8000_._.redirect.default.svc.cluster.local",
        "O11t,   tproxy,   tproxy,   server,    outbound_.8000_._.tproxy.default.svc.cluster.local",
    })
    void theServerSeesTheRightAddress(String row, String client, String server, String peer, String sni) {
        String clientIp = podIp(client);
        String serverIp = podIp(server);
        String expected = peer.replace("client", clientIp).replace("server", serverIp);

        Exchange seen = ask(client, server);

        assertThat(seen.origin()).isEqualTo(expected);
        JsonNode line = seen.log();
        assertThat(address(line, "upstream_local_address")).isEqualTo(expected);
        assertThat(address(line, "downstream_remote_address")).isEqualTo(clientIp);
        assertThat(line.path("downstream_local_address").asString()).isEqualTo(serverIp + ":8000");
        assertThat(line.path("upstream_host").asString()).isEqualTo(serverIp + ":8000");
        assertThat(line.path("upstream_cluster").asString()).isEqualTo("inbound|8000||");
        assertThat(line.path("route_name").asString()).isEqualTo("default");
        assertThat(text(line, "requested_server_name")).isEqualTo(sni);
        assertThat(port(line, "upstream_local_address")).isNotEqualTo(port(line, "downstream_remote_address"));
    }

    @Test
    void theLogHasTypedValues() {
        JsonNode line = ask("far", "redirect").log();

        assertThat(line.path("x_forwarded_for").isNull()).isTrue();
        assertThat(line.path("response_flags").asString()).isEqualTo("-");
        assertThat(line.path("upstream_service_time").isString()).isTrue();
        for (String number : List.of("response_code", "bytes_received", "bytes_sent", "duration")) {
            assertThat(line.path(number).isNumber()).as(number).isTrue();
        }
        assertThat(line.path("response_code").asInt()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"O9, redirect", "O9, tproxy"})
    void aCallToTheOwnAddressBypassesTheProxy(String row, String app) {
        String ip = podIp(app);
        String path = nextPath();

        assertThat(origin(curl(app, "http://" + ip + ":8000" + path))).isEqualTo(ip);
        assertThat(logged(app, path)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"O10, redirect", "O10, tproxy"})
    void aCallToLoopbackBypassesTheProxy(String row, String app) {
        String path = nextPath();

        assertThat(origin(curl(app, "http://127.0.0.1:8000" + path))).isEqualTo("127.0.0.1");
        assertThat(logged(app, path)).isEmpty();
    }

    @Test
    void probesReachTheApplicationFromTheProxysOwnAddress() {
        List<String> peers = cluster.kubectl("exec", "deploy/tproxy", "-c", "httpbin", "--", "netstat", "-nt")
                .lines()
                .map(l -> l.trim().split("\\s+"))
                .filter(f -> f.length > 4 && f[3].endsWith(":8000"))
                .map(f -> f[4].substring(0, f[4].lastIndexOf(':')))
                .toList();

        assertThat(peers).contains("127.0.0.6");
        assertThat(proxyLog("tproxy")).doesNotContain("/status/200");
    }

    @Test
    void aSelfCallThroughTheServiceCarriesProxyHeaders() {
        JsonNode throughService = headers(curl("redirect", "http://redirect:8000/headers"));
        JsonNode direct = headers(curl("redirect", "http://" + podIp("redirect") + ":8000/headers"));

        assertThat(throughService.has("X-Envoy-Attempt-Count")).isTrue();
        assertThat(direct.has("X-Envoy-Attempt-Count")).isFalse();
    }

    @Test
    void strictRefusesPlaintextAndPermissiveTakesBoth() {
        String path = nextPath();
        assertThat(curl("plain", "http://redirect:8000" + path).code()).isZero();
        cluster.kubectl("apply", "-f", HERE + "strict.yaml");
        try {
            Eventually.holds(
                    "plaintext is refused",
                    () -> curl("plain", "http://redirect:8000/ip").code() != 0);
            Output refused = curl("plain", "-v", "http://redirect:8000/ip");
            assertThat(refused.err()).doesNotContain("< HTTP/");
            assertThat(curl("far", "http://redirect:8000/ip").code()).isZero();
        } finally {
            cluster.kubectl("delete", "-f", HERE + "strict.yaml");
        }
        Eventually.holds(
                "plaintext is taken again",
                () -> curl("plain", "http://redirect:8000/ip").code() == 0);
    }

    @Test
    void theClientsCertificateIsNamedAndCannotBeForged() {
        String mesh = headers(curl("far", "http://redirect:8000/headers"))
                .path("X-Forwarded-Client-Cert")
                .asString("");
        JsonNode plain = headers(
                curl("plain", "-H", "x-forwarded-client-cert: By=spiffe://forged", "http://redirect:8000/headers"));

        assertThat(mesh)
                .matches("By=spiffe://cluster\\.local/ns/default/sa/default;Hash=[0-9a-f]{64};Subject=\"\";"
                        + "URI=spiffe://cluster\\.local/ns/default/sa/default");
        assertThat(plain.has("X-Forwarded-Client-Cert")).isFalse();
    }

    @Test
    void theEnvoyFilterForwardsTheClientInBothModes() {
        cluster.kubectl("apply", "-f", HERE + "other-version.yaml");
        assertThat(ask("far", "redirect").origin())
                .as("a filter for another version changes nothing")
                .isEqualTo("127.0.0.6");
        cluster.kubectl("apply", "-f", ClusterFixture.ROOT + "/samples/enable-xff-for-sidecar-inbound.yaml");
        String client = podIp("far");
        try {
            Eventually.holds(
                    "the filter is in force",
                    () -> origin(curl("far", "http://redirect:8000/ip")).equals(client)
                            && text(ask("far", "tproxy").log(), "x_forwarded_for")
                                    .equals(client));
            Exchange redirect = ask("far", "redirect");
            assertThat(redirect.origin()).isEqualTo(client);
            assertThat(address(redirect.log(), "upstream_local_address")).isEqualTo("127.0.0.6");
            assertThat(text(redirect.log(), "x_forwarded_for")).isEqualTo(client);
            Exchange tproxy = ask("far", "tproxy");
            assertThat(tproxy.origin()).isEqualTo(client);
            assertThat(address(tproxy.log(), "upstream_local_address")).isEqualTo(client);
            assertThat(text(tproxy.log(), "x_forwarded_for")).isEqualTo(client);
        } finally {
            cluster.kubectl("delete", "-f", ClusterFixture.ROOT + "/samples/enable-xff-for-sidecar-inbound.yaml");
            cluster.kubectl("delete", "-f", HERE + "other-version.yaml");
        }
        Eventually.holds(
                "the filter is gone",
                () -> origin(curl("far", "http://redirect:8000/ip")).equals("127.0.0.6"));
    }

    @Test
    void injectionShowsTheInterceptionMode() {
        JsonNode pod = pod("tproxy");
        JsonNode init = pod.path("spec").path("initContainers").path(0);
        assertThat(init.path("name").asString()).isEqualTo("istio-init");
        assertThat(init.path("args").toString()).contains("\"-m\",\"TPROXY\"");
        List<String> names = new ArrayList<>();
        pod.path("spec")
                .path("containers")
                .forEach(c -> names.add(c.path("name").asString()));
        assertThat(names).containsExactlyInAnyOrder("httpbin", "istio-proxy");
        assertThat(pod.path("metadata")
                        .path("labels")
                        .path("security.istio.io/tlsMode")
                        .asString())
                .isEqualTo("istio");
    }

    private record Exchange(String origin, JsonNode log) {}

    /** One request with a path of its own, its answer and its line in the server's log. */
    private static Exchange ask(String client, String server) {
        String path = nextPath();
        Output answer = curl(client, "http://" + server + ":8000" + path);
        String origin = origin(answer);
        Eventually.holds("a log line for " + path, () -> logged(server, path).isPresent());
        return new Exchange(origin, logged(server, path).orElseThrow());
    }

    private static String nextPath() {
        return "/ip?row=" + asked++;
    }

    private static Output curl(String app, String... arguments) {
        List<String> words = new ArrayList<>(List.of("exec", "deploy/" + app));
        words.addAll(List.of("--", "curl", "-s", "-m", "10"));
        words.addAll(List.of(arguments));
        return cluster.tryKubectl(words.toArray(String[]::new));
    }

    private static String origin(Output answer) {
        return answer.code() == 0 && answer.out().startsWith("{")
                ? JSON.readTree(answer.out()).path("origin").asString("")
                : "exit " + answer.code() + ": " + answer.out() + answer.err();
    }

    private static JsonNode headers(Output answer) {
        return JSON.readTree(answer.good().out()).path("headers");
    }

    private static Optional<JsonNode> logged(String app, String path) {
        return proxyLog(app)
                .lines()
                .filter(l -> l.startsWith("{"))
                .map(l -> JSON.readTree(l))
                .filter(n -> n.path("path").asString("").equals(path)
                        && n.path("upstream_cluster").asString("").startsWith("inbound|"))
                .findFirst();
    }

    private static String proxyLog(String app) {
        return cluster.kubectl("logs", "deploy/" + app, "-c", "istio-proxy", "--tail=200");
    }

    private static JsonNode pod(String app) {
        return JSON.readTree(cluster.kubectl("get", "pods", "-l", "app=" + app, "-o", "json"))
                .path("items")
                .path(0);
    }

    private static String podIp(String app) {
        return pod(app).path("status").path("podIP").asString("");
    }

    private static String text(JsonNode line, String key) {
        return line.path(key).isNull() ? "null" : line.path(key).asString("(missing)");
    }

    private static String address(JsonNode line, String key) {
        String value = line.path(key).asString("");
        return value.contains(":") ? value.substring(0, value.lastIndexOf(':')) : value;
    }

    private static String port(JsonNode line, String key) {
        String value = line.path(key).asString("");
        return value.substring(value.lastIndexOf(':') + 1);
    }
}
