package io.hyaline.inject;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** The object that makes an API server ask the webhook: Istio's four entries with Istio's selectors. */
public final class WebhookConfiguration {

    private static final String SUFFIX = ".sidecar-injector.istio.io";
    private static final String REVISION = "istio.io/rev";
    private static final String NAMESPACE = "istio-injection";
    private static final int TIMEOUT_SECONDS = 10;

    private WebhookConfiguration() {}

    /** The manifest, for Service istiod in istio-system; {@code caPem} is what its certificate is checked against. */
    public static String manifest(String revision, String caPem) {
        return Yaml.text(object(revision, caPem));
    }

    static ObjectNode object(String revision, String caPem) {
        String bundle = Base64.getEncoder().encodeToString(caPem.getBytes(StandardCharsets.UTF_8));
        ObjectNode notRefused = expression(InjectionPolicy.INJECT, "NotIn", "false");
        ObjectNode noRevision = expression(REVISION, "DoesNotExist");
        ObjectNode noInjection = expression(NAMESPACE, "DoesNotExist");
        ObjectNode thisRevision = expression(REVISION, "In", revision);
        return Tree.object(
                "apiVersion",
                "admissionregistration.k8s.io/v1",
                "kind",
                "MutatingWebhookConfiguration",
                "metadata",
                Tree.object(
                        "name",
                        "istio-sidecar-injector",
                        "labels",
                        Tree.object(REVISION, revision, "app", "sidecar-injector")),
                "webhooks",
                List.of(
                        entry("rev.namespace", bundle, List.of(thisRevision, noInjection), List.of(notRefused)),
                        entry(
                                "rev.object",
                                bundle,
                                List.of(noRevision, noInjection),
                                List.of(notRefused, thisRevision)),
                        entry(
                                "namespace",
                                bundle,
                                List.of(expression(NAMESPACE, "In", "enabled")),
                                List.of(notRefused)),
                        entry(
                                "object",
                                bundle,
                                List.of(noInjection, noRevision),
                                List.of(expression(InjectionPolicy.INJECT, "In", "true"), noRevision))));
    }

    private static ObjectNode entry(
            String name, String bundle, List<ObjectNode> namespaceSelector, List<ObjectNode> objectSelector) {
        return Tree.object(
                "name",
                name + SUFFIX,
                "clientConfig",
                Tree.object(
                        "service",
                        Tree.object("name", "istiod", "namespace", "istio-system", "path", "/inject", "port", 443),
                        "caBundle",
                        bundle),
                "rules",
                List.of(Tree.object(
                        "operations", List.of("CREATE"),
                        "apiGroups", List.of(""),
                        "apiVersions", List.of("v1"),
                        "resources", List.of("pods"))),
                "failurePolicy",
                "Fail",
                "reinvocationPolicy",
                "Never",
                "sideEffects",
                "None",
                "timeoutSeconds",
                TIMEOUT_SECONDS,
                "admissionReviewVersions",
                List.of("v1"),
                "namespaceSelector",
                Tree.object("matchExpressions", namespaceSelector),
                "objectSelector",
                Tree.object("matchExpressions", objectSelector));
    }

    private static ObjectNode expression(String key, String operator, String... values) {
        ObjectNode expression = Tree.object("key", key, "operator", operator);
        if (values.length > 0) {
            expression.set("values", Tree.MAPPER.valueToTree(values));
        }
        return expression;
    }
}
