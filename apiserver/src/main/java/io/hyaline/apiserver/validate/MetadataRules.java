package io.hyaline.apiserver.validate;

import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.resource.Resource;
import io.hyaline.apiserver.status.FieldError;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Names, labels, annotations, owners, finalizers. */
final class MetadataRules {
    private static final int MAX_ANNOTATIONS = 256 << 10;

    private MetadataRules() {}

    static void check(Resource resource, ObjectNode object, Findings findings) {
        JsonNode metadata = object.path("metadata");
        String name = Json.string(metadata, "name");
        if (name.isEmpty()) {
            findings.add(FieldError.required("metadata.name", "name or generateName is required"));
        } else {
            findings.form(name, "metadata.name", syntax(resource));
        }
        labels(metadata.path("labels"), "metadata.labels", findings);
        int size = 0;
        for (var annotation : Json.map(metadata, "annotations").entrySet()) {
            findings.form(
                    annotation.getKey().toLowerCase(java.util.Locale.ROOT), "metadata.annotations", Syntax::qualified);
            size += annotation.getKey().length() + annotation.getValue().length();
        }
        if (size > MAX_ANNOTATIONS) {
            findings.add(FieldError.tooLong("metadata.annotations", MAX_ANNOTATIONS));
        }
        List<ObjectNode> owners = Json.objects(metadata, "ownerReferences");
        for (int i = 0; i < owners.size(); i++) {
            for (String field : List.of("apiVersion", "kind", "name", "uid")) {
                findings.text(owners.get(i), field, "metadata.ownerReferences[" + i + "]", _ -> null);
            }
        }
        for (String finalizer : Json.strings(metadata, "finalizers")) {
            findings.form(finalizer, "metadata.finalizers", Syntax::qualified);
        }
    }

    static void labels(JsonNode labels, String path, Findings findings) {
        Json.map(labels).forEach((key, value) -> {
            findings.form(key, path, Syntax::qualified);
            findings.form(value, path, Syntax::labelValue);
        });
    }

    private static Function<String, @Nullable String> syntax(Resource resource) {
        if (resource.group().equals("rbac.authorization.k8s.io")) {
            return Syntax::pathSegment;
        }
        return switch (resource.storage()) {
            case "services" -> Syntax::serviceName;
            case "namespaces" -> Syntax::label;
            default -> Syntax::subdomain;
        };
    }
}
