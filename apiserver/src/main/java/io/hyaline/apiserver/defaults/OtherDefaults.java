package io.hyaline.apiserver.defaults;

import static io.hyaline.apiserver.json.Json.fill;

import io.hyaline.apiserver.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Kinds that need a line or two each. */
final class OtherDefaults {
    private static final String RBAC = "rbac.authorization.k8s.io";

    private OtherDefaults() {}

    static void secret(ObjectNode secret) {
        fill(secret, "type", "Opaque");
        Json.map(secret, "stringData")
                .forEach((key, value) -> Json.child(secret, "data")
                        .put(key, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))));
        secret.remove("stringData");
    }

    static void namespace(ObjectNode namespace) {
        Json.child(namespace, "metadata", "labels")
                .put("kubernetes.io/metadata.name", Json.string(namespace, "metadata", "name"));
        fill(Json.child(namespace, "status"), "phase", "Active");
    }

    static void webhooks(ObjectNode configuration, boolean mutating) {
        for (ObjectNode webhook : Json.objects(configuration, "webhooks")) {
            fill(webhook, "failurePolicy", "Fail");
            fill(webhook, "matchPolicy", "Equivalent");
            fill(webhook, "timeoutSeconds", 10);
            Json.child(webhook, "namespaceSelector");
            Json.child(webhook, "objectSelector");
            if (mutating) {
                fill(webhook, "reinvocationPolicy", "Never");
            }
            Json.objects(webhook, "rules").forEach(rule -> fill(rule, "scope", "*"));
            if (Json.at(webhook, "clientConfig", "service") instanceof ObjectNode service) {
                fill(service, "port", 443);
            }
        }
    }

    static void definition(ObjectNode spec) {
        ObjectNode names = Json.child(spec, "names");
        String kind = Json.string(names, "kind");
        fill(names, "singular", kind.toLowerCase(Locale.ROOT));
        fill(names, "listKind", kind + "List");
        fill(Json.child(spec, "conversion"), "strategy", "None");
    }

    static void claim(ObjectNode object, ObjectNode spec) {
        fill(spec, "volumeMode", "Filesystem");
        fill(Json.child(object, "status"), "phase", "Pending");
    }

    static void volume(ObjectNode object, ObjectNode spec) {
        fill(spec, "volumeMode", "Filesystem");
        fill(spec, "persistentVolumeReclaimPolicy", "Retain");
        fill(Json.child(object, "status"), "phase", "Available");
    }

    static void networkPolicy(ObjectNode spec) {
        Json.child(spec, "podSelector");
        if (!spec.has("policyTypes")) {
            ArrayNode types = spec.putArray("policyTypes").add("Ingress");
            if (spec.has("egress")) {
                types.add("Egress");
            }
        }
        for (String direction : List.of("ingress", "egress")) {
            for (ObjectNode rule : Json.objects(spec, direction)) {
                Json.objects(rule, "ports").forEach(port -> fill(port, "protocol", "TCP"));
            }
        }
    }

    static void roleBinding(ObjectNode binding) {
        if (binding.get("roleRef") instanceof ObjectNode role) {
            fill(role, "apiGroup", RBAC);
        }
        for (ObjectNode subject : Json.objects(binding, "subjects")) {
            if (!Json.string(subject, "kind").equals("ServiceAccount")) {
                fill(subject, "apiGroup", RBAC);
            }
        }
    }
}
