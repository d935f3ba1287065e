package io.hyaline.apiserver.defaults;

import static io.hyaline.apiserver.json.Json.fill;

import io.hyaline.apiserver.json.Json;
import java.util.List;
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
            spec.remove(List.of("internalTrafficPolicy", "externalTrafficPolicy", "healthCheckNodePort"));
            return;
        }
        fill(spec, "internalTrafficPolicy", "Cluster");
        boolean outside = type.equals("NodePort") || type.equals("LoadBalancer");
        if (outside || !Json.strings(spec, "externalIPs").isEmpty()) {
            fill(spec, "externalTrafficPolicy", "Cluster");
        } else {
            spec.remove(List.of("externalTrafficPolicy", "healthCheckNodePort"));
        }
        if (type.equals("LoadBalancer")) {
            fill(spec, "allocateLoadBalancerNodePorts", true);
        } else {
            spec.remove("allocateLoadBalancerNodePorts");
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
