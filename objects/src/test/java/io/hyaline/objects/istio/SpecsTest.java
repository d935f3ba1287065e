package io.hyaline.objects.istio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.hyaline.objects.yaml.KubeYaml;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SpecsTest {
    @Test
    void readsTheSeedsEnvoyFilter() {
        EnvoyFilterSpec spec = Specs.read(one("""
                        apiVersion: networking.istio.io/v1alpha3
                        kind: EnvoyFilter
                        metadata: {name: enable-xff-for-sidecar-inbound}
                        spec:
                          configPatches:
                          - applyTo: NETWORK_FILTER
                            match:
                              proxy: {proxyVersion: "^1.*"}
                              context: SIDECAR_INBOUND
                              listener:
                                name: "virtualInbound"
                                filterChain: {filter: {name: envoy.filters.network.http_connection_manager}}
                            patch:
                              operation: MERGE
                              value: {typed_config: {use_remote_address: true}}
                        """), EnvoyFilterSpec.class);
        assertThat(spec.workloadSelector()).isNull();
        assertThat(spec.targetRefs()).isEmpty();
        assertThat(spec.priority()).isZero();
        var patch = spec.configPatches().getFirst();
        assertThat(patch.applyTo()).isEqualTo(EnvoyFilterSpec.ApplyTo.NETWORK_FILTER);
        assertThat(patch.match().listener().portName()).isEmpty();
        assertThat(patch.match().proxy().metadata()).isEmpty();
        assertThat(patch.patch().value().toString()).isEqualTo("{\"typed_config\":{\"use_remote_address\":true}}");
    }

    @Test
    void unwrappedGroupsAreFieldsOfTheObjectItself() {
        VirtualServiceSpec spec = Specs.read(one("""
                        apiVersion: networking.istio.io/v1
                        kind: VirtualService
                        metadata: {name: v}
                        spec:
                          hosts: ["*"]
                          http:
                          - match: [{uri: {prefix: /a}, sourceNamespace: x}]
                            route: [{destination: {host: httpbin, port: {number: 8000}}}]
                            mirror: {host: other}
                        """), VirtualServiceSpec.class);
        var http = spec.http().getFirst();
        assertThat(http.action().route().getFirst().destination().port().number())
                .isEqualTo(8000);
        assertThat(http.mirroring().mirror().host()).isEqualTo("other");
        assertThat(http.match().getFirst().source().sourceNamespace()).isEqualTo("x");
    }

    @Test
    void readsAnEmptySpecOfEveryKind() {
        for (IstioKind kind : IstioKind.values()) {
            GenericKubernetesResource empty = new GenericKubernetesResource();
            empty.setAdditionalProperties(Map.of());
            assertThat(Specs.read(empty, kind.spec())).as(kind.kind()).isNotNull();
        }
    }

    @Test
    void refusesWhatIsMistyped() {
        assertThatThrownBy(() ->
                        Specs.read(one("{apiVersion: v1, kind: X, spec: {priority: high}}"), EnvoyFilterSpec.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("priority");
        assertThatThrownBy(() -> Specs.read(
                        one("{apiVersion: v1, kind: X, spec: {mtls: {mode: STRICTLY}}}"), PeerAuthenticationSpec.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("STRICTLY");
    }

    private static GenericKubernetesResource one(String yaml) {
        return KubeYaml.objects(yaml).getFirst();
    }
}
