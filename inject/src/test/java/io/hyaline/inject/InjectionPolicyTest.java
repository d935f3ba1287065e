package io.hyaline.inject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

final class InjectionPolicyTest {

    @ParameterizedTest(name = "namespace [{0}] pod [{1}]: {2}")
    @CsvSource({
        "'', '', false",
        "istio-injection=enabled, '', true",
        "istio-injection=enabled, sidecar.istio.io/inject=false, false",
        "istio-injection=enabled, sidecar.istio.io/inject=true, true",
        "istio-injection=disabled, '', false",
        "istio-injection=disabled, sidecar.istio.io/inject=true, false",
        "istio.io/rev=default, '', true",
        "istio.io/rev=default, sidecar.istio.io/inject=false, false",
        "istio.io/rev=canary, '', false",
        "istio-injection=disabled;istio.io/rev=default, '', false",
        "istio-injection=enabled;istio.io/rev=canary, '', true",
        "'', sidecar.istio.io/inject=true, true",
        "'', istio.io/rev=default, true",
        "'', istio.io/rev=canary;sidecar.istio.io/inject=true, false",
        "'', istio.io/rev=default;sidecar.istio.io/inject=false, false"
    })
    void theWebhookIsAskedAsIstiosSelectorsSay(String namespace, String pod, boolean asked) {
        assertThat(InjectionPolicy.asked(labels(namespace), labels(pod), "default"))
                .isEqualTo(asked);
    }

    @ParameterizedTest(name = "{0} {1} {2} {3}")
    @CsvSource({
        "default, '', '', true, the mesh's policy",
        "kube-system, '', '', false, namespace kube-system is never injected",
        "default, sidecar.istio.io/inject=false, '', false, sidecar.istio.io/inject is false",
        "default, '', sidecar.istio.io/inject=no, false, sidecar.istio.io/inject is no",
        "default, sidecar.istio.io/inject=true, sidecar.istio.io/inject=false, true, sidecar.istio.io/inject is true",
    })
    void theInjectorDecides(String namespace, String labels, String annotations, boolean inject, String reason) {
        ObjectNode pod = pod(Map.of());
        pod.withObject("/metadata/labels").setAll(Tree.MAPPER.<ObjectNode>valueToTree(labels(labels)));
        pod.withObject("/metadata/annotations").setAll(Tree.MAPPER.<ObjectNode>valueToTree(labels(annotations)));

        InjectionPolicy.Verdict verdict = new Injector(InjectionConfig.DEFAULT).decide(pod, namespace);

        assertThat(verdict).isEqualTo(new InjectionPolicy.Verdict(inject, reason));
    }

    @ParameterizedTest(name = "{0}={1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "sidecar.istio.io/interceptionMode | tproxy | must be REDIRECT, TPROXY or NONE",
                "traffic.sidecar.istio.io/excludeOutboundPorts | http | must be a number from 1 to 65535",
                "traffic.sidecar.istio.io/includeOutboundIPRanges | 10.0.0.0/99 | has a prefix length outside 0 to 32",
                "status.sidecar.istio.io/port | soon | must be a port, or 0 for none",
                "sidecar.istio.io/rewriteAppHTTPProbers | maybe | must be true or false",
                "readiness.status.sidecar.istio.io/periodSeconds | x | must be a number",
                "proxy.istio.io/config | a: [ | not YAML",
                "proxy.istio.io/config | text | must be a YAML object",
                "sidecar.istio.io/status | x | is not JSON; remove it from the pod"
            })
    void aBadAnnotationIsRefusedByItsName(String annotation, String value, String reason) {
        ObjectNode pod = pod(Map.of(annotation, value));

        assertThatThrownBy(() -> new Injector(InjectionConfig.DEFAULT).inject(pod, "default"))
                .isInstanceOf(InjectException.class)
                .hasMessageContaining("annotation " + annotation)
                .hasMessageContaining(reason);
    }

    static ObjectNode pod(Map<String, String> annotations) {
        ObjectNode pod = (ObjectNode) Tree.parse("""
                {"metadata": {"name": "web"}, "spec": {"containers": [{"name": "app", "image": "app:1"}]}}
                """);
        pod.withObject("/metadata/annotations").setAll(Tree.MAPPER.<ObjectNode>valueToTree(annotations));
        return pod;
    }

    private static Map<String, String> labels(String text) {
        Map<String, String> labels = new LinkedHashMap<>();
        for (String label : text.split(";")) {
            int equals = label.indexOf('=');
            if (equals > 0) {
                labels.put(label.substring(0, equals), label.substring(equals + 1));
            }
        }
        return labels;
    }
}
