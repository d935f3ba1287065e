package io.hyaline.pilot.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.hyaline.pilot.fixture.GatewayMesh;
import io.hyaline.pilot.generate.Generate;
import io.hyaline.pilot.generate.ProxyResources;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatewayTest {
    private static final String HTTPBIN = "outbound|8000||httpbin.default.svc.cluster.local";

    @Test
    void o15TheSeedsWayInEndsAtTheServersSidecar() {
        Simulation gateway = new Simulation(resources(GatewayMesh.httpDemo()));
        Call call = Call.http("172.20.1.9", 80, "203.0.113.80");
        Outcome outcome = gateway.outbound(call);
        assertThat(outcome).isEqualTo(new Outcome("0.0.0.0_80", "-", "HTTP", false, "", HTTPBIN));
        assertThat(gateway.onTheWire(HTTPBIN, call).sni())
                .isEqualTo("outbound_.8000_._.httpbin.default.svc.cluster.local");
    }

    @Test
    void aPortThatNothingIsSaidOfAnswersWith404() {
        ProxyResources resources = resources(new GatewayMesh().put("""
                apiVersion: networking.istio.io/v1
                kind: Gateway
                metadata: {name: g, namespace: default}
                spec:
                  servers: [{hosts: ['*'], port: {name: http, number: 80, protocol: HTTP}}]
                """));
        assertThat(resources.routes().get("http.80").getVirtualHosts(0).getName())
                .isEqualTo("blackhole:80");
        assertThat(resources.routes().get("http.80").getVirtualHosts(0).getRoutesCount())
                .isZero();
    }

    @Test
    void theListenerIsAtTheServicesTargetPort() {
        ProxyResources resources = resources(new GatewayMesh().put("""
                apiVersion: networking.istio.io/v1
                kind: Gateway
                metadata: {name: g, namespace: default}
                spec:
                  servers:
                  - {hosts: ['*'], port: {name: http, number: 8080, protocol: HTTP}}
                  - {hosts: ['*'], port: {name: more, number: 9999, protocol: HTTP}}
                """));
        assertThat(resources.listeners()).containsOnlyKeys("0.0.0.0_18080", "0.0.0.0_9999");
        assertThat(resources.routes()).containsOnlyKeys("http.18080", "http.9999");
        assertThat(resources.routes().get("http.18080").getVirtualHosts(0).getName())
                .isEqualTo("blackhole:8080");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "numTrustedProxies: 2||2|SANITIZE_SET|false",
                "numTrustedProxies: 2|numTrustedProxies: 1|1|SANITIZE_SET|false",
                "|forwardClientCertDetails: APPEND_FORWARD|0|APPEND_FORWARD|false",
                "forwardClientCertDetails: FORWARD_ONLY|proxyProtocol: {}|0|FORWARD_ONLY|true",
                "proxyProtocol: {}||0|SANITIZE_SET|true",
                "|numTrustedProxies: many|0|SANITIZE_SET|false",
            })
    void whatStandsInFrontIsSaidByTheMeshAndByThePod(
            String ofMesh, String ofPod, int hops, String details, boolean proxyProtocol) throws Exception {
        GatewayMesh mesh =
                GatewayMesh.httpDemo().put("""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: istio, namespace: istio-system}
                data:
                  mesh: "defaultConfig: {gatewayTopology: {%s}}"
                ---
                apiVersion: v1
                kind: Pod
                metadata:
                  name: istio-ingressgateway-7
                  namespace: istio-system
                  labels: {app: istio-ingressgateway, istio: ingressgateway}
                  annotations: {proxy.istio.io/config: "gatewayTopology: {%s}"}
                spec: {containers: [{name: istio-proxy, image: i}]}
                """.formatted(ofMesh == null ? "" : ofMesh, ofPod == null ? "" : ofPod));
        var listener = resources(mesh).listeners().get("0.0.0.0_80");
        HttpConnectionManager manager =
                listener.getFilterChains(0).getFilters(0).getTypedConfig().unpack(HttpConnectionManager.class);
        assertThat(manager.getUseRemoteAddress().getValue()).isTrue();
        assertThat(manager.getXffNumTrustedHops()).isEqualTo(hops);
        assertThat(manager.getForwardClientCertDetails().name()).isEqualTo(details);
        assertThat(listener.getListenerFiltersList().stream()
                        .anyMatch(f -> f.getName().equals("envoy.filters.listener.proxy_protocol")))
                .isEqualTo(proxyProtocol);
    }

    private static ProxyResources resources(GatewayMesh mesh) {
        return Generate.resources(mesh.snapshot(), GatewayMesh.gateway());
    }
}
