package io.hyaline.apiserver.defaults;

import static io.hyaline.apiserver.json.Json.fill;

import io.hyaline.apiserver.json.Json;
import tools.jackson.databind.node.ObjectNode;

/** Services and their endpoints. */
final class ServiceDefaults {
    private ServiceDefaults() {}

    static void service(ObjectNode spec) {
        fill(spec, "type", "ClusterIP");
        fill(spec, "sessionAffinity", "None");
        if (Json.string(spec, "sessionAffinity").equals("ClientIP")) {
            fill(Json.child(spec, "sessionAffinityConfig", "clientIP"), "timeoutSeconds", 10800);
        } else {
            spec.remove("sessionAffinityConfig");
        }
        for (ObjectNode port : Json.objects(spec, "ports")) {
            fill(port, "protocol", "TCP");
            if (!Json.has(port, "targetPort") && port.has("port")) {
                port.set("targetPort", port.get("port"));
            }
        }
        String type = Json.string(spec, "type");
        if (type.equals("ExternalName")) {
            spec.remove("internalTrafficPolicy");
            return;
        }
        fill(spec, "internalTrafficPolicy", "Cluster");
        if (ServiceChanges.isReachedFromOutside(spec)) {
            fill(spec, "externalTrafficPolicy", "Cluster");
        }
        if (type.equals("LoadBalancer")) {
            fill(spec, "allocateLoadBalancerNodePorts", true);
        }
    }

    static void endpoints(ObjectNode endpoints) {
        for (ObjectNode subset : Json.objects(endpoints, "subsets")) {
            Json.objects(subset, "ports").forEach(port -> fill(port, "protocol", "TCP"));
        }
    }

    static void slice(ObjectNode slice) {
        for (ObjectNode port : Json.objects(slice, "ports")) {
            fill(port, "protocol", "TCP");
            if (!port.has("name")) {
                port.put("name", "");
            }
        }
    }
}
