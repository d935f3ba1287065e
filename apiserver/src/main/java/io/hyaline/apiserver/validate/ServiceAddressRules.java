package io.hyaline.apiserver.validate;

import io.hyaline.apiserver.family.Addressing;
import io.hyaline.apiserver.family.FamilyRules;
import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.status.FieldError;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Where Services are reached, and by whom. */
final class ServiceAddressRules {
    private static final String LOAD_BALANCER = "LoadBalancer";

    /** Spelled as the API server of Kubernetes spells it. */
    private static final String SOURCE_RANGES = "spec.LoadBalancerSourceRanges";

    private static final String SOURCE_RANGES_ANNOTATION = "service.beta.kubernetes.io/load-balancer-source-ranges";

    private ServiceAddressRules() {}

    static void check(ObjectNode service, Findings findings) {
        JsonNode spec = service.path("spec");
        String type = Json.string(spec, "type");
        FamilyRules.check(Addressing.of(spec)).forEach(findings::add);
        List<String> external = Json.strings(spec, "externalIPs");
        for (int i = 0; i < external.size(); i++) {
            findings.form(external.get(i), "spec.externalIPs[" + i + "]", Addresses::reachable);
        }
        sourceRanges(service, type, findings);
        policies(spec, type, !external.isEmpty(), findings);
        balancerOnly(spec, type, findings);
    }

    private static void sourceRanges(ObjectNode service, String type, Findings findings) {
        List<String> ranges = Json.strings(service, "spec", "loadBalancerSourceRanges");
        String path = SOURCE_RANGES;
        if (ranges.isEmpty()) {
            String annotation = Json.string(service, "metadata", "annotations", SOURCE_RANGES_ANNOTATION);
            if (annotation.isBlank()) {
                return;
            }
            path = "metadata.annotations[" + SOURCE_RANGES_ANNOTATION + "]";
            ranges = List.of(annotation.split(",", -1));
        }
        if (!type.equals(LOAD_BALANCER)) {
            findings.add(FieldError.forbidden(path, "may only be used when `type` is 'LoadBalancer'"));
        }
        for (int i = 0; i < ranges.size(); i++) {
            findings.form(ranges.get(i).strip(), path + "[" + i + "]", Addresses::range);
        }
    }

    private static void policies(JsonNode spec, String type, boolean externalAddresses, Findings findings) {
        boolean outside = type.equals("NodePort") || type.equals(LOAD_BALANCER);
        boolean named = type.equals("ExternalName");
        if (spec.has("internalTrafficPolicy")) {
            findings.oneOf(spec, "internalTrafficPolicy", "spec", "Cluster", "Local");
        }
        if (spec.has("externalTrafficPolicy")) {
            if (outside || (externalAddresses && !named)) {
                findings.oneOf(spec, "externalTrafficPolicy", "spec", "Cluster", "Local");
            } else {
                findings.add(FieldError.invalid(
                        "spec.externalTrafficPolicy",
                        spec.path("externalTrafficPolicy"),
                        "may only be set for externally-accessible services"));
            }
        }
        boolean checked = type.equals(LOAD_BALANCER)
                && Json.string(spec, "externalTrafficPolicy").equals("Local");
        if (!checked && Json.number(spec, 0, "healthCheckNodePort") != 0) {
            findings.add(FieldError.invalid(
                    "spec.healthCheckNodePort",
                    spec.path("healthCheckNodePort"),
                    "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"));
        }
        if (spec.has("trafficDistribution")) {
            findings.oneOf(spec, "trafficDistribution", "spec", "PreferClose", "PreferSameNode", "PreferSameZone");
        }
    }

    private static void balancerOnly(JsonNode spec, String type, Findings findings) {
        for (String field : List.of("allocateLoadBalancerNodePorts", "loadBalancerClass")) {
            if (spec.has(field) && !type.equals(LOAD_BALANCER)) {
                findings.add(FieldError.forbidden("spec." + field, "may only be used when `type` is 'LoadBalancer'"));
            }
        }
        if (spec.has("loadBalancerClass")) {
            findings.form(Json.string(spec, "loadBalancerClass"), "spec.loadBalancerClass", Syntax::qualified);
        }
    }
}
