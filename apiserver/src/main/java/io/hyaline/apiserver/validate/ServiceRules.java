package io.hyaline.apiserver.validate;

import io.hyaline.apiserver.family.Addressing;
import io.hyaline.apiserver.family.FamilyChanges;
import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.status.FieldError;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Services: their kind and their ports. Where they are reached is for {@link ServiceAddressRules}. */
final class ServiceRules {
    private static final int KUBELET_PORT = 10_250;
    private static final String LOAD_BALANCER = "LoadBalancer";

    private ServiceRules() {}

    static void check(ObjectNode service, Findings findings) {
        JsonNode spec = service.path("spec");
        String type = Json.string(spec, "type");
        findings.oneOf(spec, "type", "spec", "ClusterIP", "ExternalName", LOAD_BALANCER, "NodePort");
        boolean headless = Json.string(spec, "clusterIP").equals("None");
        if (Json.objects(spec, "ports").isEmpty() && !headless && !type.equals("ExternalName")) {
            findings.add(FieldError.required("spec.ports", ""));
        }
        if (type.equals("ExternalName")) {
            externalName(spec, findings);
        } else if (headless && !type.equals("ClusterIP")) {
            findings.add(FieldError.invalid(
                    "spec.clusterIPs[0]", "None", "may not be set to 'None' for " + type + " services"));
        }
        MetadataRules.labels(spec.path("selector"), "spec.selector", findings);
        affinity(spec, findings);
        ports(spec, type, findings);
        ServiceAddressRules.check(service, findings);
    }

    private static void externalName(JsonNode spec, Findings findings) {
        for (String field : List.of("clusterIPs", "ipFamilies", "ipFamilyPolicy")) {
            if (!spec.path(field).isEmpty() || !Json.string(spec, field).isEmpty()) {
                findings.add(FieldError.forbidden("spec." + field, "may not be set for ExternalName services"));
            }
        }
        String name = Json.string(spec, "externalName");
        if (name.isEmpty()) {
            findings.add(FieldError.required("spec.externalName", ""));
        } else {
            String withoutRoot = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
            findings.form(withoutRoot, "spec.externalName", Syntax::subdomain);
        }
    }

    private static void affinity(JsonNode spec, Findings findings) {
        findings.oneOf(spec, "sessionAffinity", "spec", "ClientIP", "None");
        if (Json.string(spec, "sessionAffinity").equals("ClientIP")) {
            JsonNode seconds = Json.at(spec, "sessionAffinityConfig", "clientIP", "timeoutSeconds");
            if (seconds.isIntegralNumber() && (seconds.longValue() <= 0 || seconds.longValue() > 86_400)) {
                findings.add(FieldError.invalid(
                        "spec.sessionAffinityConfig.clientIP.timeoutSeconds",
                        seconds,
                        "must be greater than 0 and less than 86400"));
            }
        }
    }

    private static void ports(JsonNode spec, String type, Findings findings) {
        List<ObjectNode> ports = Json.objects(spec, "ports");
        findings.unique(ports, "name", "spec.ports");
        Set<String> seen = new HashSet<>();
        Set<String> nodePorts = new HashSet<>();
        for (int i = 0; i < ports.size(); i++) {
            ObjectNode port = ports.get(i);
            String path = "spec.ports[" + i + "]";
            port(port, path, ports.size() > 1, findings);
            if (type.equals(LOAD_BALANCER) && Json.number(port, 0, "port") == KUBELET_PORT) {
                findings.add(FieldError.invalid(
                        path,
                        port.path("port"),
                        "may not expose port " + KUBELET_PORT + " externally since it is used by kubelet"));
            }
            nodePort(port, path, type, nodePorts, findings);
            if (!seen.add(port.path("port") + Json.string(port, "protocol"))) {
                ObjectNode key = Json.object();
                key.set("port", port.path("port"));
                key.set("protocol", port.path("protocol"));
                findings.add(FieldError.duplicate(path, key));
            }
        }
    }

    private static void port(ObjectNode port, String path, boolean several, Findings findings) {
        if (!port.has("port")) {
            findings.add(FieldError.required(path + ".port", ""));
        }
        findings.port(port, "port", path);
        findings.port(port, "targetPort", path);
        findings.oneOf(port, "protocol", path, "SCTP", "TCP", "UDP");
        String name = Json.string(port, "name");
        if (name.isEmpty() && several) {
            findings.add(FieldError.required(path + ".name", ""));
        } else if (!name.isEmpty()) {
            findings.form(name, path + ".name", Syntax::label);
        }
        if (port.path("targetPort").isString()) {
            findings.form(Json.string(port, "targetPort"), path + ".targetPort", Syntax::portName);
        }
        if (port.has("appProtocol")) {
            findings.form(Json.string(port, "appProtocol"), path + ".appProtocol", Syntax::qualified);
        }
    }

    private static void nodePort(ObjectNode port, String path, String type, Set<String> seen, Findings findings) {
        long number = Json.number(port, 0, "nodePort");
        if (number == 0) {
            return;
        }
        if (type.equals("ClusterIP")) {
            findings.add(FieldError.forbidden(path + ".nodePort", "may not be used when `type` is 'ClusterIP'"));
        } else if (!seen.add(number + Json.string(port, "protocol"))) {
            findings.add(FieldError.duplicate(path + ".nodePort", port.path("nodePort")));
        }
    }

    static void updated(ObjectNode service, ObjectNode old, Findings findings) {
        FamilyChanges.check(Addressing.of(service.path("spec")), Addressing.of(old.path("spec")))
                .forEach(findings::add);
        boolean stayed = Json.string(service, "spec", "type").equals(LOAD_BALANCER)
                && Json.string(old, "spec", "type").equals(LOAD_BALANCER);
        JsonNode health = Json.at(service, "spec", "healthCheckNodePort");
        JsonNode healthBefore = Json.at(old, "spec", "healthCheckNodePort");
        if (stayed && !health.isMissingNode() && !healthBefore.isMissingNode() && !health.equals(healthBefore)) {
            findings.add(FieldError.invalid("spec.healthCheckNodePort", health, "field is immutable"));
        }
    }
}
