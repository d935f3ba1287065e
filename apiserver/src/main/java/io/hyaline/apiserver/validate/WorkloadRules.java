package io.hyaline.apiserver.validate;

import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.select.LabelSelector;
import io.hyaline.apiserver.status.FieldError;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Kinds that make pods from a template. */
final class WorkloadRules {
    private WorkloadRules() {}

    static void check(ObjectNode object, Findings findings) {
        JsonNode spec = object.path("spec");
        findings.notNegative(spec, "replicas", "spec");
        JsonNode selector = spec.path("selector");
        JsonNode labels = Json.at(spec, "template", "metadata", "labels");
        if (!selector.isObject()) {
            findings.add(FieldError.required("spec.selector", ""));
        } else if (selector.path("matchLabels").isEmpty()
                && selector.path("matchExpressions").isEmpty()) {
            findings.add(FieldError.invalid("spec.selector", selector, "empty selector is invalid for deployment"));
        } else if (!LabelSelector.of(selector).matches(Json.map(labels))) {
            findings.add(FieldError.invalid(
                    "spec.template.metadata.labels",
                    labels.isMissingNode() ? Json.object() : labels,
                    "`selector` does not match template `labels`"));
        }
        template(spec, "Always", findings);
    }

    static void job(ObjectNode object, Findings findings) {
        JsonNode spec = object.path("spec");
        findings.notNegative(spec, "parallelism", "spec");
        findings.notNegative(spec, "completions", "spec");
        findings.notNegative(spec, "backoffLimit", "spec");
        if (Json.string(spec, "template", "spec", "restartPolicy").equals("Always")) {
            findings.add(FieldError.unsupported("spec.template.spec.restartPolicy", "Always", "OnFailure", "Never"));
        }
        PodRules.spec(Json.at(spec, "template", "spec"), "spec.template.spec", findings);
    }

    private static void template(JsonNode spec, String restartPolicy, Findings findings) {
        JsonNode pod = Json.at(spec, "template", "spec");
        MetadataRules.labels(Json.at(spec, "template", "metadata", "labels"), "spec.template.labels", findings);
        if (!pod.isObject()) {
            findings.add(FieldError.required("spec.template.spec.containers", ""));
            return;
        }
        PodRules.spec(pod, "spec.template.spec", findings);
        String policy = Json.string(pod, "restartPolicy");
        if (!policy.equals(restartPolicy)) {
            findings.add(FieldError.unsupported("spec.template.spec.restartPolicy", policy, restartPolicy));
        }
    }

    static void updated(ObjectNode object, ObjectNode old, Findings findings) {
        findings.immutable(Json.at(object, "spec", "selector"), Json.at(old, "spec", "selector"), "spec.selector");
    }
}
