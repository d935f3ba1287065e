package io.hyaline.pilot.admit;

import io.fabric8.kubernetes.api.model.admissionregistration.v1.RuleWithOperations;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.RuleWithOperationsBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfigurationBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** The object that makes an API server ask {@link Admission}, named as Istio names it. */
public final class AdmissionWebhook {
    public static final String PATH = "/validate";

    private static final int TIMEOUT_SECONDS = 10;

    private AdmissionWebhook() {}

    /** For Service istiod in istio-system; {@code caPem} is what its certificate is checked against. */
    public static ValidatingWebhookConfiguration configuration(String caPem) {
        String bundle = Base64.getEncoder().encodeToString(caPem.getBytes(StandardCharsets.UTF_8));
        return new ValidatingWebhookConfigurationBuilder()
                .withNewMetadata()
                .withName("istio-validator-istio-system")
                .withLabels(Map.of("app", "istiod", "istio", "istiod", "istio.io/rev", "default"))
                .endMetadata()
                .withWebhooks(
                        webhook(
                                "rev.validation.istio.io",
                                "Fail",
                                bundle,
                                rule("networking.istio.io", "*"),
                                rule("security.istio.io", "*"),
                                rule("telemetry.istio.io", "*"),
                                rule("extensions.istio.io", "*")),
                        // Nobody shall have to wait for the pilot with a secret; what is wrong is in the Gateway's
                        // status.
                        webhook("secrets.validation.istio.io", "Ignore", bundle, rule("", "secrets")))
                .build();
    }

    private static ValidatingWebhook webhook(
            String name, String failurePolicy, String bundle, RuleWithOperations... rules) {
        return new ValidatingWebhookBuilder()
                .withName(name)
                .withNewClientConfig()
                .withNewService()
                .withName("istiod")
                .withNamespace("istio-system")
                .withPath(PATH)
                .withPort(443)
                .endService()
                .withCaBundle(bundle)
                .endClientConfig()
                .withRules(rules)
                .withFailurePolicy(failurePolicy)
                .withSideEffects("None")
                .withTimeoutSeconds(TIMEOUT_SECONDS)
                .withAdmissionReviewVersions(List.of("v1"))
                .build();
    }

    private static RuleWithOperations rule(String group, String resources) {
        return new RuleWithOperationsBuilder()
                .withOperations("CREATE", "UPDATE")
                .withApiGroups(group)
                .withApiVersions("*")
                .withResources(resources)
                .build();
    }
}
