package io.hyaline.runtime.gateways;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.hyaline.objects.istio.IstioGatewaySpec;
import io.hyaline.objects.istio.Specs;
import io.hyaline.objects.yaml.KubeYaml;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class GatewayPlanTest {

    @Test
    void anEmptyOneIsTheUsualIngressGateway() {
        GatewayPlan plan = plan("{}");

        assertThat(plan.service().path("metadata").path("name").asString()).isEqualTo("istio-ingressgateway");
        JsonNode service = plan.service().path("spec");
        assertThat(service.path("type").asString()).isEqualTo("LoadBalancer");
        assertThat(service.path("externalTrafficPolicy").asString()).isEqualTo("Cluster");
        assertThat(service.path("ports").toString())
                .contains("\"name\":\"http2\",\"protocol\":\"TCP\",\"port\":80,\"targetPort\":80")
                .contains("\"port\":443", "\"port\":15021");
        JsonNode template = plan.deployment().path("spec").path("template");
        assertThat(template.path("metadata").path("labels").path("istio").asString())
                .isEqualTo("ingressgateway");
        JsonNode container = template.path("spec").path("containers").path(0);
        assertThat(container.path("args").toString()).startsWith("[\"proxy\",\"router\",");
        assertThat(container.path("env").toString())
                .contains("kubernetes://apis/apps/v1/namespaces/istio-system/deployments/istio-ingressgateway");
        assertThat(plan.account().path("metadata").path("namespace").asString()).isEqualTo("istio-system");
    }

    @Test
    void inAClusterOfBothFamiliesItAsksForBoth() {
        GatewayPlan plan = plan("{}");
        assertThat(plan.service().path("spec").has("ipFamilyPolicy")).isFalse();
        plan.askForBothFamilies();
        assertThat(plan.service().path("spec").path("ipFamilyPolicy").asString())
                .isEqualTo("PreferDualStack");
    }

    @Test
    void settingsReachServiceAndPods() {
        GatewayPlan plan = plan("""
                replicaCount: 3
                externalTrafficPolicy: Local
                serviceAnnotations: {a: b}
                podAnnotations: {proxy.istio.io/config: "gatewayTopology: {numTrustedProxies: 1}"}
                ports: [{name: http2, port: 80, targetPort: 8080, nodePort: 30080}]
                resources: {limits: {cpu: "2"}}
                nodeSelector: {zone: a}
                """);

        assertThat(plan.service().path("spec").path("externalTrafficPolicy").asString())
                .isEqualTo("Local");
        assertThat(plan.service().path("spec").path("ports").toString())
                .isEqualTo(
                        "[{\"name\":\"http2\",\"protocol\":\"TCP\",\"port\":80,\"targetPort\":8080,\"nodePort\":30080}]");
        assertThat(plan.service().path("metadata").path("annotations").path("a").asString())
                .isEqualTo("b");
        JsonNode deployment = plan.deployment().path("spec");
        assertThat(deployment.path("replicas").asInt()).isEqualTo(3);
        assertThat(deployment
                        .path("template")
                        .path("metadata")
                        .path("annotations")
                        .toString())
                .contains("numTrustedProxies");
        assertThat(deployment.path("template").path("spec").path("nodeSelector").toString())
                .isEqualTo("{\"zone\":\"a\"}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ports: [{port: 80}, {port: 80, name: again}]         | spec.two ports have the number 80",
                "ports: [{port: 70000}]                               | spec.port port-70000: 70000 is no port number",
                "ports: [{port: 80, name: web, protocol: HTTP}]       | spec.port web: protocol HTTP must be TCP or UDP",
                "replicaCount: -1                                     | spec.replicaCount -1: 0 to 100",
                "podLabels: {app: mine}                               | spec.podLabels: app is the gateway's own",
            })
    void refusesByName(String spec, String problem) {
        assertThatThrownBy(() -> plan(spec)).hasMessage(problem);
    }

    @Test
    void theStatusSaysWhatIsMissing() {
        assertThat(condition("203.0.113.80", 1, 1, "")).isEqualTo("True Serving ");
        assertThat(condition("", 1, 1, "")).startsWith("False NoAddress ");
        assertThat(condition("203.0.113.80", 2, 1, "")).startsWith("False PodsNotReady 1 of 2 pods");
        assertThat(condition("203.0.113.80", 1, 1, "spec.x ")).isEqualTo("False Refused spec.x");
    }

    private static String condition(String address, int replicas, int ready, String problem) {
        JsonNode condition = GatewayStatus.of(address, new GatewayStatus.Counts(replicas, ready), problem)
                .path("conditions")
                .path(0);
        return condition.path("status").asString() + " "
                + condition.path("reason").asString() + " "
                + condition.path("message").asString();
    }

    private static GatewayPlan plan(String yaml) {
        GenericKubernetesResource gateway = new GenericKubernetesResource();
        gateway.setAdditionalProperties(
                Map.of("spec", Objects.requireNonNull(KubeYaml.documents(yaml).getFirst())));
        return GatewayPlan.of("istio-system", "ingressgateway", Specs.read(gateway, IstioGatewaySpec.class));
    }
}
