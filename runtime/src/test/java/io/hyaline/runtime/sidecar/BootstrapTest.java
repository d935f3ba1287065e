package io.hyaline.runtime.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.hyaline.runtime.sandbox.ContainerRequest;
import io.hyaline.runtime.sandbox.ContainerRequest.Bind;
import io.hyaline.runtime.sandbox.RunAs;
import io.hyaline.runtime.spec.MissingReferenceException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BootstrapTest {

    private static final Pod POD = new PodBuilder()
            .withNewMetadata()
            .withName("httpbin-1")
            .withNamespace("default")
            .withLabels(Map.of("app", "httpbin"))
            .endMetadata()
            .withNewSpec()
            .withServiceAccountName("httpbin")
            .endSpec()
            .build();

    @Test
    void aProcessOfTheNodeReadsTheHostsFiles() {
        Bootstrap bootstrap = bootstrap(Bootstrap.Reader.NODE);
        assertThat(bootstrap.identity())
                .containsEntry("token", "/state/tokens/istio-token")
                .containsEntry("caRoot", "/state/roots/root-cert.pem")
                .containsEntry("serviceAccount", "httpbin");
        assertThat(text(bootstrap)).contains("\"filename\":\"/state/roots/root-cert.pem\"");
    }

    @Test
    void aProxyInThePodReadsTheContainersFiles() {
        Bootstrap bootstrap = bootstrap(Bootstrap.Reader.OWN_CONTAINER);
        assertThat(bootstrap.identity())
                .containsEntry("token", "/var/run/secrets/tokens/istio-token")
                .containsEntry("caRoot", "/var/run/secrets/istio/root-cert.pem");
        assertThat(text(bootstrap))
                .contains("\"id\":\"sidecar~172.20.1.5~httpbin-1.default~default.svc.cluster.local\"")
                .contains("\"INTERCEPTION_MODE\":\"TPROXY\"")
                .doesNotContain("upstream_bind_config", "tls_certificate_sds_secret_configs");
    }

    @Test
    void anEnvoyMarksItsConnectionsAndShowsItsCertificateToTheControlPlane() {
        Map<String, Object> tree = bootstrap(Bootstrap.Reader.ENVOY).tree();
        assertThat(Json.write(tree.get("cluster_manager")))
                .contains("\"level\":1", "\"name\":36", "\"int_value\":1338", "\"state\":\"STATE_PREBIND\"");
        assertThat(Json.write(tree.get("static_resources")))
                .contains("tls_certificate_sds_secret_configs", "\"cluster_name\":\"sds-grpc\"")
                .contains("\"pipe\":{\"path\":\"/var/run/secrets/workload-spiffe-uds/socket\"}");
    }

    @Test
    void aGatewayIsARouterAndTakesItsSettingsFromItsPod() {
        Pod pod = new PodBuilder(POD)
                .editMetadata()
                .addToLabels("istio", "ingressgateway")
                .addToAnnotations("proxy.istio.io/config", "gatewayTopology:\n  numTrustedProxies: 2\n")
                .endMetadata()
                .build();
        Bootstrap gateway = new Bootstrap(
                request(pod, "router", Map.of()), List.of("172.20.1.5"), "10.96.0.2", Bootstrap.Reader.NODE);
        assertThat(text(gateway))
                .contains("\"id\":\"router~172.20.1.5~httpbin-1.default~default.svc.cluster.local\"")
                .contains("\"istio\":\"ingressgateway\"")
                .contains("\"PROXY_CONFIG\":{\"gatewayTopology\":{\"numTrustedProxies\":2}}")
                .doesNotContain("INTERCEPTION_MODE");
    }

    @Test
    void thePilotIsToldOfEveryAddress() {
        Bootstrap both = new Bootstrap(
                request(), List.of("fd00:172:20:1::5", "172.20.1.5"), "fd00:10:96::2", Bootstrap.Reader.NODE);
        assertThat(text(both))
                .contains("\"id\":\"sidecar~fd00:172:20:1::5~httpbin-1.default~default.svc.cluster.local\"")
                .contains("\"INSTANCE_IPS\":\"fd00:172:20:1::5,172.20.1.5\"")
                .contains("\"address\":\"fd00:10:96::2\"")
                .contains("\"address\":\"127.0.0.1\"");
        assertThat(both.identity()).containsEntry("caAddress", "[fd00:10:96::2]:15012");
    }

    @Test
    void aPodOfIpv6AloneHasItsAdminThere() {
        assertThat(text(new Bootstrap(
                        request(), List.of("fd00:172:20:1::5"), "fd00:10:96::2", Bootstrap.Reader.OWN_CONTAINER)))
                .contains("\"address\":\"::1\"")
                .doesNotContain("127.0.0.1");
    }

    @Test
    void withoutAControlPlaneThePodWaits() {
        assertThatThrownBy(() -> Bootstrap.of(request(), () -> null, Bootstrap.Reader.NODE))
                .isInstanceOf(MissingReferenceException.class)
                .hasMessageContaining("istio-system/istiod not found");
    }

    private static String text(Bootstrap bootstrap) {
        return Json.write(bootstrap.tree());
    }

    private static Bootstrap bootstrap(Bootstrap.Reader reader) {
        return new Bootstrap(request(), List.of("172.20.1.5"), "10.96.0.2", reader);
    }

    private static ContainerRequest request() {
        return request(POD, "sidecar", Map.of("ISTIO_META_INTERCEPTION_MODE", "TPROXY"));
    }

    private static ContainerRequest request(Pod pod, String role, Map<String, String> env) {
        return new ContainerRequest(
                pod,
                new ContainerBuilder()
                        .withName("istio-proxy")
                        .withImage("docker.io/istio/proxyv2:hyaline")
                        .build(),
                List.of("proxy", role),
                env,
                "/",
                RunAs.ROOT,
                List.of(
                        new Bind(Path.of("/state/roots"), "/var/run/secrets/istio", false, true),
                        new Bind(Path.of("/state/tokens"), "/var/run/secrets/tokens", false, true)),
                null,
                Path.of("/state/pod"),
                Path.of("/state/run"),
                Path.of("/state/0.log"),
                List.of());
    }
}
