package io.hyaline.apiserver.defaults;

import io.hyaline.apiserver.json.Json;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What leaves a Service with a change of its type. Fields that the server or another type had filled in would be refused
 * otherwise, though nobody asked for them; those that were changed together with the type are somebody's wish.
 */
final class ServiceChanges {
    private ServiceChanges() {}

    static void leave(ObjectNode spec, JsonNode old) {
        if (usesNodePorts(old) && !usesNodePorts(spec)) {
            Set<Long> before = new HashSet<>();
            Json.objects(old, "ports").forEach(port -> before.add(Json.number(port, 0, "nodePort")));
            for (ObjectNode port : Json.objects(spec, "ports")) {
                if (before.contains(Json.number(port, 0, "nodePort"))) {
                    port.remove("nodePort");
                }
            }
        }
        if (isNamed(spec) && !isNamed(old)) {
            if (spec.path("clusterIP").equals(old.path("clusterIP"))
                    && spec.path("clusterIPs").equals(old.path("clusterIPs"))) {
                spec.remove(List.of("clusterIP", "clusterIPs"));
            }
            unchanged(spec, old, "ipFamilies");
            unchanged(spec, old, "ipFamilyPolicy");
        }
        if (!isReachedFromOutside(spec)) {
            unchanged(spec, old, "externalTrafficPolicy");
        }
        if (!isCheckedByBalancer(spec)) {
            unchanged(spec, old, "healthCheckNodePort");
        }
        if (!isBalanced(spec)) {
            unchanged(spec, old, "allocateLoadBalancerNodePorts");
            unchanged(spec, old, "loadBalancerClass");
        }
    }

    private static void unchanged(ObjectNode spec, JsonNode old, String field) {
        if (spec.path(field).equals(old.path(field))) {
            spec.remove(field);
        }
    }

    private static boolean isNamed(JsonNode spec) {
        return Json.string(spec, "type").equals("ExternalName");
    }

    private static boolean isBalanced(JsonNode spec) {
        return Json.string(spec, "type").equals("LoadBalancer");
    }

    private static boolean usesNodePorts(JsonNode spec) {
        return isBalanced(spec) || Json.string(spec, "type").equals("NodePort");
    }

    static boolean isReachedFromOutside(JsonNode spec) {
        List<String> external = Json.strings(spec, "externalIPs");
        return usesNodePorts(spec) || (!external.isEmpty() && !isNamed(spec));
    }

    private static boolean isCheckedByBalancer(JsonNode spec) {
        return isBalanced(spec) && Json.string(spec, "externalTrafficPolicy").equals("Local");
    }
}
