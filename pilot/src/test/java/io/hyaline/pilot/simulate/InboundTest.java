package io.hyaline.pilot.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.model.InterceptionMode;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.MtlsMode;
import io.hyaline.model.PeerAuthentication;
import io.hyaline.model.Protocol;
import io.hyaline.pilot.fixture.SeedMesh;
import io.hyaline.pilot.generate.Generate;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every cell of the filter-chain table, called in each way. */
class InboundTest {
    private static final String SNI = "outbound_.8000_._.httpbin.default.svc.cluster.local";

    @ParameterizedTest(name = "{0} {1} port, {2}: {3}, TLS ended {4}")
    @CsvSource({
        "PERMISSIVE, HTTP, plain http, HTTP, false",
        "PERMISSIVE, HTTP, plain tcp, HTTP, false",
        "PERMISSIVE, HTTP, mesh http, HTTP, true",
        "PERMISSIVE, HTTP, mesh tcp, HTTP, true",
        "PERMISSIVE, HTTP, foreign tls, NO_CHAIN, false",
        "PERMISSIVE, AUTO, plain http, HTTP, false",
        "PERMISSIVE, AUTO, plain tcp, TCP, false",
        "PERMISSIVE, AUTO, mesh http, HTTP, true",
        "PERMISSIVE, AUTO, mesh tcp, TCP, true",
        "PERMISSIVE, AUTO, foreign tls, TCP, false",
        "PERMISSIVE, TCP, plain http, TCP, false",
        "PERMISSIVE, TCP, mesh http, TCP, true",
        "PERMISSIVE, TCP, mesh tcp, TCP, true",
        "PERMISSIVE, TCP, foreign tls, TCP, false",
        "STRICT, HTTP, plain http, NO_CHAIN, false",
        "STRICT, HTTP, mesh http, HTTP, true",
        "STRICT, HTTP, foreign tls, HTTP, true",
        "STRICT, AUTO, plain http, NO_CHAIN, false",
        "STRICT, AUTO, plain tcp, NO_CHAIN, false",
        "STRICT, AUTO, mesh http, HTTP, true",
        "STRICT, AUTO, mesh tcp, TCP, true",
        "STRICT, AUTO, foreign tls, TCP, true",
        "STRICT, TCP, plain tcp, NO_CHAIN, false",
        "STRICT, TCP, mesh tcp, TCP, true",
        "DISABLE, HTTP, plain http, HTTP, false",
        "DISABLE, HTTP, mesh http, HTTP, false",
        "DISABLE, AUTO, plain http, HTTP, false",
        "DISABLE, AUTO, plain tcp, TCP, false",
        "DISABLE, TCP, plain tcp, TCP, false",
        "DISABLE, TCP, foreign tls, TCP, false",
    })
    void servicePort(MtlsMode mode, Protocol protocol, String how, String handling, boolean endsTls) {
        MeshSnapshot mesh = new SeedMesh()
                .service("web", "p", 9000, 9001, "10.96.0.60", protocol)
                .with(namespaceWide(mode))
                .snapshot();
        Simulation pod =
                new Simulation(Generate.resources(mesh, SeedMesh.node("web", "172.20.1.9", InterceptionMode.REDIRECT)));
        Outcome outcome = pod.inbound(call(how, 9001));
        assertThat(outcome.handling()).isEqualTo(handling);
        assertThat(outcome.endsTls()).isEqualTo(endsTls);
        if (!handling.equals("NO_CHAIN")) {
            assertThat(outcome.chain()).isEqualTo("0.0.0.0_9001");
            assertThat(outcome.cluster()).isEqualTo("inbound|9001||");
        }
    }

    @ParameterizedTest(name = "{0}, port of no Service, {1}: {2}, TLS ended {3}")
    @CsvSource({
        "PERMISSIVE, plain http, HTTP, false, virtualInbound-catchall-http",
        "PERMISSIVE, plain tcp, TCP, false, virtualInbound",
        "PERMISSIVE, mesh http, HTTP, true, virtualInbound-catchall-http",
        "PERMISSIVE, mesh tcp, TCP, true, virtualInbound",
        "PERMISSIVE, foreign tls, TCP, false, virtualInbound",
        "STRICT, plain http, NO_CHAIN, false, ''",
        "STRICT, mesh http, HTTP, true, virtualInbound-catchall-http",
    })
    void portOfNoService(MtlsMode mode, String how, String handling, boolean endsTls, String chain) {
        MeshSnapshot mesh = new SeedMesh().with(namespaceWide(mode)).snapshot();
        Outcome outcome = httpbin(mesh).inbound(call(how, 7777));
        assertThat(outcome.handling()).isEqualTo(handling);
        assertThat(outcome.endsTls()).isEqualTo(endsTls);
        assertThat(outcome.chain()).isEqualTo(chain);
        if (!handling.equals("NO_CHAIN")) {
            assertThat(outcome.cluster()).isEqualTo("InboundPassthroughCluster");
        }
    }

    @Test
    void aDirectCallToTheCapturePortIsNotLooped() {
        Outcome outcome = httpbin(new SeedMesh().snapshot()).inbound(call("plain http", 15006));
        assertThat(outcome.chain()).isEqualTo("virtualInbound-blackhole");
        assertThat(outcome.cluster()).isEqualTo("BlackHoleCluster");
    }

    @Test
    void o14ACallerWithoutSidecarIsServedInPlaintext() {
        Outcome outcome =
                httpbin(new SeedMesh().snapshot()).inbound(Call.http(SeedMesh.HTTPBIN_IP, 8000, "httpbin:8000"));
        assertThat(outcome)
                .isEqualTo(new Outcome("virtualInbound", "0.0.0.0_8000", "HTTP", false, "default", "inbound|8000||"));
    }

    @Test
    void o22StrictTakesOnlyMutualTlsOnTheSamePort() {
        Simulation strict =
                httpbin(new SeedMesh().with(namespaceWide(MtlsMode.STRICT)).snapshot());
        assertThat(strict.inbound(call("plain http", 8000)).handling()).isEqualTo("NO_CHAIN");
        assertThat(strict.inbound(call("mesh http", 8000)).handling()).isEqualTo("HTTP");
        Simulation permissive = httpbin(new SeedMesh().snapshot());
        assertThat(permissive.inbound(call("plain http", 8000)).handling()).isEqualTo("HTTP");
        assertThat(permissive.inbound(call("mesh http", 8000)).handling()).isEqualTo("HTTP");
    }

    @Test
    void aPortModeHoldsForThatPortOnly() {
        MeshSnapshot mesh = new SeedMesh()
                .with(new PeerAuthentication(
                        SeedMesh.key("default", "p"),
                        SeedMesh.created(),
                        Map.of("app", "httpbin"),
                        MtlsMode.STRICT,
                        Map.of(8000, MtlsMode.DISABLE, 7777, MtlsMode.PERMISSIVE)))
                .snapshot();
        assertThat(httpbin(mesh).inbound(call("plain http", 8000)).handling()).isEqualTo("HTTP");
        assertThat(httpbin(mesh).inbound(call("plain http", 7777)).handling()).isEqualTo("HTTP");
        assertThat(httpbin(mesh).inbound(call("plain http", 7778)).handling()).isEqualTo("NO_CHAIN");
    }

    private static Simulation httpbin(MeshSnapshot mesh) {
        return new Simulation(Generate.resources(mesh, SeedMesh.httpbin(InterceptionMode.REDIRECT)));
    }

    private static PeerAuthentication namespaceWide(MtlsMode mode) {
        return new PeerAuthentication(SeedMesh.key("default", "default"), SeedMesh.created(), Map.of(), mode, Map.of());
    }

    private static Call call(String how, int port) {
        Call http = Call.http("172.20.1.9", port, "web:9000");
        Call tcp = Call.tcp("172.20.1.9", port);
        return switch (how) {
            case "plain http" -> http;
            case "plain tcp" -> tcp;
            case "mesh http" -> http.inTls(SNI, "istio-http/1.1", "istio", "http/1.1");
            case "mesh tcp" -> tcp.inTls(SNI, "istio-peer-exchange", "istio");
            case "foreign tls" -> http.inTls("example.com", "h2", "http/1.1");
            default -> throw new IllegalArgumentException(how);
        };
    }
}
