package io.hyaline.pilot.generate;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.hyaline.model.InterceptionMode;
import io.hyaline.model.ProxyNode;
import io.hyaline.pilot.fixture.GatewayMesh;
import io.hyaline.pilot.fixture.SeedMesh;
import io.hyaline.testkit.Golden;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What proxies with IPv6 addresses are told, alone and beside IPv4. */
class FamiliesGoldenTest {
    private static final String WEB = "outbound|8000||web.default.svc.cluster.local";
    private final GatewayMesh mesh = new GatewayMesh().put(Golden.input("families", "mesh.yaml"));

    @ParameterizedTest
    @CsvSource({
        "sidecar-ipv6, sidecar, REDIRECT, fd00:20::20",
        "sidecar-dual, sidecar, REDIRECT, 172.20.1.20 fd00:20::20",
        "sidecar-dual-tproxy, sidecar, TPROXY, 172.20.1.20 fd00:20::20",
        "gateway-ipv6, router, NONE, fd00:20::9",
        "gateway-dual, router, NONE, 172.20.1.9 fd00:20::9"
    })
    void isToldWhatItsAddressesAllow(String name, String kind, InterceptionMode mode, String addresses) {
        ProxyNode base = kind.equals("router") ? GatewayMesh.gateway() : SeedMesh.node("web", "172.20.1.1", mode);
        ProxyResources resources = Generate.resources(mesh.snapshot(), with(base, List.of(addresses.split(" "))));
        Golden.verify("families", name + ".txt", GoldenTest.text(resources));
    }

    @Test
    void eachPodIsThereOnceAtTheAddressThatThePrimaryOneOfTheProxyPrefers() {
        assertThat(places("172.20.1.9")).containsExactly("172.20.1.20", "172.20.1.21");
        assertThat(places("fd00:20::9")).containsExactly("fd00:20::20", "fd00:20::22");
        assertThat(places("172.20.1.9", "fd00:20::9")).containsExactly("172.20.1.20", "172.20.1.21", "fd00:20::22");
        assertThat(places("fd00:20::9", "172.20.1.9")).containsExactly("fd00:20::20", "fd00:20::22", "172.20.1.21");
    }

    private List<String> places(String... addresses) {
        ProxyNode proxy = with(SeedMesh.node("web", "172.20.1.1", InterceptionMode.REDIRECT), List.of(addresses));
        ClusterLoadAssignment assignment =
                Generate.resources(mesh.snapshot(), proxy).endpoints().get(WEB);
        return assignment.getEndpoints(0).getLbEndpointsList().stream()
                .map(e -> e.getEndpoint().getAddress().getSocketAddress().getAddress())
                .toList();
    }

    private static ProxyNode with(ProxyNode node, List<String> addresses) {
        return new ProxyNode(
                node.id(),
                node.kind(),
                node.pod(),
                node.version(),
                node.labels(),
                node.serviceAccount(),
                node.interception(),
                addresses,
                node.ports(),
                node.metadata());
    }
}
