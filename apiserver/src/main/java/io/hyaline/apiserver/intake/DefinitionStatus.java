package io.hyaline.apiserver.intake;

import io.hyaline.apiserver.gc.GarbageCollection;
import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.resource.Definitions;
import io.hyaline.apiserver.status.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What the server says about a CustomResourceDefinition: it is served as soon as it is stored. */
final class DefinitionStatus {
    private DefinitionStatus() {}

    static void created(ObjectNode definition, String now) {
        ArrayNode finalizers = Json.list(Json.child(definition, "metadata"), "finalizers");
        if (!Json.strings(finalizers).contains(GarbageCollection.DEFINITION_FINALIZER)) {
            finalizers.add(GarbageCollection.DEFINITION_FINALIZER);
        }
        ObjectNode status = definition.putObject("status");
        ArrayNode conditions = status.putArray("conditions");
        conditions.add(condition("NamesAccepted", "NoConflicts", "no conflicts found", now));
        conditions.add(condition("Established", "InitialNamesAccepted", "the initial names have been accepted", now));
        updated(definition);
    }

    static void updated(ObjectNode definition) {
        ObjectNode status = Json.child(definition, "status");
        status.set("acceptedNames", Json.at(definition, "spec", "names").deepCopy());
        List<String> versions = new ArrayList<>(Json.strings(status, "storedVersions"));
        String stored = Definitions.storageVersion(definition);
        if (!versions.contains(stored)) {
            versions.add(stored);
        }
        status.set("storedVersions", Json.array(versions));
    }

    private static ObjectNode condition(String type, String reason, String message, String now) {
        return Json.object()
                .put("type", type)
                .put("status", "True")
                .put("lastTransitionTime", now)
                .put("reason", reason)
                .put("message", message);
    }

    /** Problems that would make the definition useless. */
    static List<FieldError> problems(ObjectNode definition) {
        List<FieldError> errors = new ArrayList<>();
        String group = Json.string(definition, "spec", "group");
        String plural = Json.string(definition, "spec", "names", "plural");
        String name = Json.string(definition, "metadata", "name");
        required(errors, "spec.group", group);
        required(errors, "spec.names.plural", plural);
        required(errors, "spec.names.kind", Json.string(definition, "spec", "names", "kind"));
        if (!name.equals(plural + "." + group)) {
            errors.add(FieldError.invalid("metadata.name", name, "must be spec.names.plural+\".\"+spec.group"));
        }
        String scope = Json.string(definition, "spec", "scope");
        if (!Set.of("Cluster", "Namespaced").contains(scope)) {
            errors.add(FieldError.unsupported("spec.scope", scope, "Cluster", "Namespaced"));
        }
        List<ObjectNode> versions = Json.objects(definition, "spec", "versions");
        if (versions.stream().filter(version -> Json.truth(version, "storage")).count() != 1) {
            errors.add(FieldError.invalid(
                    "spec.versions",
                    Json.at(definition, "spec", "versions"),
                    "must have exactly one version marked as storage version"));
        }
        for (int i = 0; i < versions.size(); i++) {
            if (!Json.has(versions.get(i), "schema", "openAPIV3Schema")) {
                errors.add(
                        FieldError.required("spec.versions[" + i + "].schema.openAPIV3Schema", "schemas are required"));
            }
        }
        return errors;
    }

    private static void required(List<FieldError> errors, String field, String value) {
        if (value.isEmpty()) {
            errors.add(FieldError.required(field, ""));
        }
    }
}
