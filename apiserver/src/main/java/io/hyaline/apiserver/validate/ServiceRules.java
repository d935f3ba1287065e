package io.hyaline.apiserver.validate;

import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.status.FieldError;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Services. */
final class ServiceRules {
    private ServiceRules() {}

    static void check(ObjectNode service, Findings findings) {
        JsonNode spec = service.path("spec");
        String type = Json.string(spec, "type");
        findings.oneOf(spec, "type", "spec", "ClusterIP", "ExternalName", "LoadBalancer", "NodePort");
        findings.oneOf(spec, "sessionAffinity", "spec", "ClientIP", "None");
        if (spec.has("externalTrafficPolicy")) {
            findings.oneOf(spec, "externalTrafficPolicy", "spec", "Cluster", "Local");
        }
        if (spec.has("internalTrafficPolicy")) {
            findings.oneOf(spec, "internalTrafficPolicy", "spec", "Cluster", "Local");
        }
        List<ObjectNode> ports = Json.objects(spec, "ports");
        boolean headless = Json.string(spec, "clusterIP").equals("None");
        if (ports.isEmpty() && !headless && !type.equals("ExternalName")) {
            findings.add(FieldError.required("spec.ports", ""));
        }
        if (type.equals("ExternalName")) {
            findings.text(spec, "externalName", "spec", Syntax::subdomain);
        } else if (headless && !type.equals("ClusterIP")) {
            findings.add(FieldError.invalid(
                    "spec.clusterIPs[0]", "None", "may not be set to 'None' for " + type + " services"));
        }
        MetadataRules.labels(spec.path("selector"), "spec.selector", findings);
        findings.unique(ports, "name", "spec.ports");
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < ports.size(); i++) {
            port(ports.get(i), "spec.ports[" + i + "]", ports.size() > 1, findings);
            if (!seen.add(ports.get(i).path("port") + Json.string(ports.get(i), "protocol"))) {
                ObjectNode key = Json.object();
                key.set("port", ports.get(i).path("port"));
                key.set("protocol", ports.get(i).path("protocol"));
                findings.add(FieldError.duplicate("spec.ports[" + i + "]", key));
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
    }

    static void updated(ObjectNode service, ObjectNode old, Findings findings) {
        String before = Json.string(old, "spec", "clusterIP");
        String after = Json.string(service, "spec", "clusterIP");
        boolean named = Json.string(service, "spec", "type").equals("ExternalName")
                || Json.string(old, "spec", "type").equals("ExternalName");
        if (!named && !before.isEmpty() && !before.equals(after)) {
            findings.add(FieldError.invalid("spec.clusterIPs[0]", Json.array(after), "may not change once set"));
        }
    }
}
