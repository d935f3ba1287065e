package io.hyaline.pilot.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.model.InterceptionMode;
import io.hyaline.model.MeshConfig;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.MtlsMode;
import io.hyaline.model.PeerAuthentication;
import io.hyaline.model.Protocol;
import io.hyaline.model.SidecarScope;
import io.hyaline.pilot.fixture.SeedMesh;
import io.hyaline.pilot.generate.Generate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutboundTest {
    private static final String HTTPBIN = "outbound|8000||httpbin.default.svc.cluster.local";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "httpbin:8000",
                "httpbin",
                "httpbin.default:8000",
                "httpbin.default.svc",
                "httpbin.default.svc.cluster.local:8000",
                "10.96.0.50:8000"
            })
    void everyNameOfAServiceFindsItsCluster(String authority) {
        Outcome outcome = sleep(new SeedMesh()).outbound(Call.http(SeedMesh.HTTPBIN_VIP, 8000, authority));
        assertThat(outcome).isEqualTo(new Outcome("0.0.0.0_8000", "-", "HTTP", false, "default", HTTPBIN));
    }

    @Test
    void o18TheWholeWayOfTheSeedsCall() {
        SeedMesh mesh = new SeedMesh();
        Simulation sleep = sleep(mesh);
        Call call = Call.http(SeedMesh.HTTPBIN_VIP, 8000, "httpbin:8000");
        Call wire = sleep.onTheWire(sleep.outbound(call).cluster(), call);
        assertThat(wire.address()).isEqualTo(SeedMesh.HTTPBIN_IP);
        assertThat(wire.port()).isEqualTo(8000);
        assertThat(wire.sni()).isEqualTo("outbound_.8000_._.httpbin.default.svc.cluster.local");
        Simulation httpbin =
                new Simulation(Generate.resources(mesh.snapshot(), SeedMesh.httpbin(InterceptionMode.TPROXY)));
        assertThat(httpbin.inbound(wire))
                .isEqualTo(new Outcome("virtualInbound", "0.0.0.0_8000", "HTTP", true, "default", "inbound|8000||"));
    }

    @Test
    void aPodWithoutSidecarIsCalledInPlaintext() {
        SeedMesh mesh = new SeedMesh()
                .service("plain", "http", 9000, 9000, "10.96.0.70", Protocol.HTTP)
                .pod("plain", "172.20.1.70", false, 9000);
        Call call = Call.http("10.96.0.70", 9000, "plain:9000");
        Simulation sleep = sleep(mesh);
        assertThat(sleep.onTheWire(sleep.outbound(call).cluster(), call).wire()).isEqualTo(Call.Wire.PLAINTEXT);
    }

    @Test
    void aPortWithMutualTlsSwitchedOffIsCalledInPlaintext() {
        SeedMesh mesh = new SeedMesh()
                .with(new PeerAuthentication(
                        SeedMesh.key("default", "off"), SeedMesh.created(), Map.of(), MtlsMode.DISABLE, Map.of()));
        Call call = Call.http(SeedMesh.HTTPBIN_VIP, 8000, "httpbin");
        assertThat(sleep(mesh).onTheWire(HTTPBIN, call).wire()).isEqualTo(Call.Wire.PLAINTEXT);
    }

    @Test
    void unknownDestinationsPassThroughOrAreRefused() {
        Call unknownName = Call.http("203.0.113.9", 8000, "example.com");
        Call unknownPort = Call.tcp("203.0.113.9", 4444);
        Call notHttp = Call.tcp("203.0.113.9", 8000);
        Simulation open = sleep(new SeedMesh());
        assertThat(open.outbound(unknownName).cluster()).isEqualTo("PassthroughCluster");
        assertThat(open.outbound(unknownPort).chain()).isEqualTo("virtualOutbound-catchall-tcp");
        assertThat(open.outbound(unknownPort).cluster()).isEqualTo("PassthroughCluster");
        assertThat(open.outbound(notHttp).chain()).isEqualTo("PassthroughFilterChain");
        Simulation closed = sleep(new SeedMesh().mesh(registryOnly()));
        assertThat(closed.outbound(unknownName).handling()).isEqualTo("DIRECT_502");
        assertThat(closed.outbound(unknownPort).cluster()).isEqualTo("BlackHoleCluster");
        assertThat(closed.outbound(notHttp).cluster()).isEqualTo("BlackHoleCluster");
    }

    @Test
    void tcpAndSniffedPortsHaveListenersOfTheirAddress() {
        SeedMesh mesh = new SeedMesh()
                .service("db", "tcp", 5432, 5432, "10.96.0.80", Protocol.TCP)
                .service("mixed", "", 7000, 7000, "10.96.0.81", Protocol.AUTO);
        Simulation sleep = sleep(mesh);
        assertThat(sleep.outbound(Call.tcp("10.96.0.80", 5432)))
                .isEqualTo(new Outcome(
                        "10.96.0.80_5432", "-", "TCP", false, "", "outbound|5432||db.default.svc.cluster.local"));
        String mixed = "outbound|7000||mixed.default.svc.cluster.local";
        assertThat(sleep.outbound(Call.http("10.96.0.81", 7000, "anything")).cluster())
                .isEqualTo(mixed);
        assertThat(sleep.outbound(Call.tcp("10.96.0.81", 7000)).cluster()).isEqualTo(mixed);
        assertThat(sleep.outbound(Call.tcp("10.96.0.81", 7000)).handling()).isEqualTo("TCP");
    }

    @Test
    void headlessServicesAreReachedPodByPod() {
        SeedMesh mesh = new SeedMesh()
                .service("set", "tcp", 5432, 5432, "", Protocol.TCP)
                .pod("set", "172.20.1.81", true, 5432)
                .pod("set", "172.20.1.82", true, 5432)
                .service("web", "http", 9000, 9000, "", Protocol.HTTP)
                .pod("web", "172.20.1.83", true, 9000);
        Simulation sleep = sleep(mesh);
        assertThat(sleep.outbound(Call.tcp("172.20.1.82", 5432)).listener()).isEqualTo("172.20.1.82_5432");
        assertThat(sleep.outbound(Call.http("172.20.1.83", 9000, "web-0.web.default:9000"))
                        .cluster())
                .isEqualTo("outbound|9000||web.default.svc.cluster.local");
    }

    @Test
    void aSidecarObjectNarrowsWhatIsReachable() {
        SeedMesh mesh = new SeedMesh()
                .with(new SidecarScope(
                        SeedMesh.key("default", "s"),
                        SeedMesh.created(),
                        Map.of(),
                        List.of(),
                        List.of("istio-system/*", "./sleep.default.svc.cluster.local"),
                        false));
        Simulation sleep = sleep(mesh);
        assertThat(sleep.outbound(Call.http(SeedMesh.HTTPBIN_VIP, 8000, "httpbin:8000"))
                        .cluster())
                .isEqualTo("BlackHoleCluster");
        assertThat(sleep.outbound(Call.http("10.96.0.51", 80, "sleep")).handling())
                .isEqualTo("HTTP");
    }

    private static MeshConfig registryOnly() {
        MeshConfig m = SeedMesh.installed();
        return new MeshConfig(
                m.rootNamespace(),
                m.trustDomain(),
                m.accessLog(),
                false,
                false,
                true,
                m.protocolDetectionTimeout(),
                m.connectTimeout(),
                m.gatewayTopology());
    }

    private static Simulation sleep(SeedMesh mesh) {
        MeshSnapshot snapshot = mesh.snapshot();
        return new Simulation(Generate.resources(snapshot, SeedMesh.sleep()));
    }
}
