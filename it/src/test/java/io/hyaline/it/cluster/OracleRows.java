package io.hyaline.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.testkit.Eventually;
import io.hyaline.testkit.Output;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The acceptance rows that hold whoever stands behind {@code istio-proxy} (O1 to O4, O11, O12, O14, O18, O22 to
 * O24, O30), and O6 and O7, on a real cluster.
 */
@Tag("cluster")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class OracleRows {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String HERE = ClusterFixture.ROOT + "/it/src/test/cluster/";

    private static final String OUTSIDE = "203.0.113.50";

    /** For a machine with much else to do; the output has the real figure. */
    private static final Duration LONGEST_OUTAGE = Duration.ofSeconds(30);

    private final String sidecars;
    private ClusterFixture cluster;
    private int asked;

    /** @param sidecars value of {@code --sidecars} */
    OracleRows(String sidecars) {
        this.sidecars = sidecars;
    }

    @BeforeAll
    final void up() {
        cluster = ClusterFixture.start("--sidecars", sidecars);
        cluster.kubectl("apply", "-f", HERE + "oracle.yaml");
        for (String app : List.of("tproxy", "redirect", "near", "far", "plain")) {
            cluster.kubectl("rollout", "status", "deploy/" + app, "--timeout=120s");
        }
        for (String server : List.of("tproxy", "redirect")) {
            String url = "http://" + server + ":8000/ip";
            Eventually.holds("a first answer", () -> curl("far", "-f", url).code() == 0);
        }
    }

    @AfterAll
    final void down() {
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

    /** The gateway is the same whoever carries the servers' traffic. */
    @Test
    void throughTheGatewayTheServersSeeAsMuchAsTheyCan() {
        cluster.kubectl("apply", "-f", HERE + "oracle-gateway.yaml");
        inSystem("patch", "svc", "istio-ingressgateway", "-p", "{\"spec\":{\"externalTrafficPolicy\":\"Local\"}}");
        inSystem("rollout", "status", "deploy/istio-ingressgateway", "--timeout=120s");
        String front =
                inSystem("get", "svc", "istio-ingressgateway", "-o", "jsonpath={.status.loadBalancer.ingress[0].ip}");
        String gateway =
                inSystem("get", "pods", "-l", "istio=ingressgateway", "-o", "jsonpath={.items[0].status.podIP}");

        for (String server : List.of("redirect", "tproxy")) {
            String path = nextPath();
            String[] words = {"-f", "-H", "Host: " + server + ".example", "http://" + front + path};
            Eventually.holds(
                    "the client's address at " + server,
                    () -> origin(cluster.curl(OUTSIDE, words).waitFor()).equals(OUTSIDE));
            Eventually.holds(
                    "a log line for " + path, () -> logged(server, path).isPresent());
            JsonNode line = logged(server, path).orElseThrow();
            assertThat(address(line, "upstream_local_address"))
                    .as(server.equals("tproxy") ? "O7" : "O6")
                    .isEqualTo(server.equals("tproxy") ? gateway : "127.0.0.6");
            assertThat(text(line, "downstream_remote_address")).isEqualTo(OUTSIDE + ":0");
            assertThat(text(line, "x_forwarded_for")).isEqualTo(OUTSIDE);
        }
    }

    private String inSystem(String... words) {
        List<String> all = new ArrayList<>(List.of("-n", "istio-system"));
        all.addAll(List.of(words));
        return cluster.kubectl(all.toArray(String[]::new));
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
        try {
            Eventually.passes("the filter is in force", () -> theClientIsForwarded(podIp("far")));
        } finally {
            cluster.kubectl("delete", "-f", ClusterFixture.ROOT + "/samples/enable-xff-for-sidecar-inbound.yaml");
            cluster.kubectl("delete", "-f", HERE + "other-version.yaml");
        }
        Eventually.holds(
                "the filter is gone",
                () -> origin(curl("far", "http://redirect:8000/ip")).equals("127.0.0.6"));
    }

    private void theClientIsForwarded(String client) {
        Exchange redirect = ask("far", "redirect");
        assertThat(redirect.origin()).isEqualTo(client);
        assertThat(address(redirect.log(), "upstream_local_address")).isEqualTo("127.0.0.6");
        assertThat(text(redirect.log(), "x_forwarded_for")).isEqualTo(client);
        Exchange tproxy = ask("far", "tproxy");
        assertThat(tproxy.origin()).isEqualTo(client);
        assertThat(address(tproxy.log(), "upstream_local_address")).isEqualTo(client);
        assertThat(text(tproxy.log(), "x_forwarded_for")).isEqualTo(client);
    }

    /** Last, because the server's log begins anew. */
    @Test
    @Order(Integer.MAX_VALUE)
    final void killedItsCarrierIsBackSoonAndSoIsTraffic() {
        ProcessHandle victim = carrier("redirect");

        Duration outage = Outage.after(victim, cluster, "far", "http://redirect:8000/ip");

        System.out.printf("sidecars %s: an answer %d ms after kill -9%n", sidecars, outage.toMillis());
        assertThat(outage).isLessThan(LONGEST_OUTAGE);
        assertThat(restarts("redirect")).isEqualTo(sidecars.equals("shared") ? 0 : 1);
        assertThat(ask("far", "redirect").origin()).isEqualTo("127.0.0.6");
    }

    /** The process that carries the pod's traffic. */
    private ProcessHandle carrier(String app) {
        String name = pod(app).path("metadata").path("name").asString();
        return ProcessHandle.allProcesses()
                .filter(p -> sidecars.equals("shared")
                        ? proc(p, "cmdline").contains("\0--node-socket\0" + cluster.home() + "/run/node-2/")
                        : proc(p, "environ").contains("\0POD_NAME=" + name + "\0")
                                && proc(p, "cmdline").matches("(?s)[^\0]*/(java|envoy)\0.*"))
                .findFirst()
                .orElseThrow();
    }

    private static String proc(ProcessHandle process, String file) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/" + file));
        } catch (IOException e) {
            return "";
        }
    }

    private int restarts(String app) {
        int restarts = 0;
        for (JsonNode container : pod(app).path("status").path("containerStatuses")) {
            if (container.path("name").asString().equals("istio-proxy")) {
                restarts = container.path("restartCount").asInt();
            }
        }
        return restarts;
    }

    private record Exchange(String origin, JsonNode log) {}

    /** One request with a path of its own, its answer and its line in the server's log. */
    private Exchange ask(String client, String server) {
        String path = nextPath();
        Output answer = curl(client, "http://" + server + ":8000" + path);
        String origin = origin(answer);
        Eventually.holds("a log line for " + path, () -> logged(server, path).isPresent());
        return new Exchange(origin, logged(server, path).orElseThrow());
    }

    final String nextPath() {
        return "/ip?row=" + asked++;
    }

    final Output curl(String app, String... arguments) {
        List<String> words = new ArrayList<>(List.of("exec", "deploy/" + app));
        words.addAll(List.of("--", "curl", "-s", "-m", "10"));
        words.addAll(List.of(arguments));
        return cluster.tryKubectl(words.toArray(String[]::new));
    }

    static String origin(Output answer) {
        return answer.code() == 0 && answer.out().startsWith("{")
                ? JSON.readTree(answer.out()).path("origin").asString("")
                : "exit " + answer.code() + ": " + answer.out() + answer.err();
    }

    static JsonNode headers(Output answer) {
        return JSON.readTree(answer.good().out()).path("headers");
    }

    final Optional<JsonNode> logged(String app, String path) {
        return proxyLog(app)
                .lines()
                .filter(l -> l.startsWith("{"))
                .map(l -> JSON.readTree(l))
                .filter(n -> n.path("path").asString("").equals(path)
                        && n.path("upstream_cluster").asString("").startsWith("inbound|"))
                .findFirst();
    }

    final String proxyLog(String app) {
        return cluster.kubectl("logs", "deploy/" + app, "-c", "istio-proxy", "--tail=200");
    }

    final JsonNode pod(String app) {
        return JSON.readTree(cluster.kubectl("get", "pods", "-l", "app=" + app, "-o", "json"))
                .path("items")
                .path(0);
    }

    final String podIp(String app) {
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
