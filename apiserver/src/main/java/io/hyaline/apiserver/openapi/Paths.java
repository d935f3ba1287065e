package io.hyaline.apiserver.openapi;

import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.resource.GroupVersion;
import io.hyaline.apiserver.resource.Resource;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The paths of a resource, as far as clients look at them: which kind, which parameters, which patch types. */
final class Paths {
    private static final List<String> WRITE = List.of("dryRun", "fieldManager", "fieldValidation");

    private Paths() {}

    static String root(GroupVersion version) {
        return version.group().isEmpty() ? "/api/" + version.version() : "/apis/" + version;
    }

    static void add(ObjectNode paths, Resource resource, String schema) {
        String collection = root(resource.version())
                + (resource.namespaced() ? "/namespaces/{namespace}/" : "/")
                + resource.plural();
        ObjectNode all = paths.putObject(collection);
        if (!resource.createOnly()) {
            all.set("get", operation("list", resource, schema));
        }
        all.set(
                "post",
                writing(operation("post", resource, schema), List.of("application/json", "application/yaml"), schema));
        if (resource.createOnly()) {
            return;
        }
        ObjectNode one = paths.putObject(collection + "/{name}");
        one.set("get", operation("get", resource, schema));
        one.set(
                "put",
                writing(operation("put", resource, schema), List.of("application/json", "application/yaml"), schema));
        one.set("delete", operation("delete", resource, schema));
        List<String> types = resource.custom() != null
                ? List.of("application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml")
                : List.of(
                        "application/json-patch+json",
                        "application/merge-patch+json",
                        "application/strategic-merge-patch+json",
                        "application/apply-patch+yaml");
        ObjectNode patch = writing(operation("patch", resource, schema), types, null);
        parameter((ArrayNode) patch.get("parameters"), "force", "boolean");
        one.set("patch", patch);
    }

    private static ObjectNode operation(String action, Resource resource, String schema) {
        ObjectNode operation = Json.object().put("x-kubernetes-action", action);
        operation
                .putObject("x-kubernetes-group-version-kind")
                .put("group", resource.group())
                .put("kind", resource.kind())
                .put("version", resource.version().version());
        ObjectNode ok = operation.putObject("responses").putObject("200").put("description", "OK");
        ok.putObject("content")
                .putObject("application/json")
                .putObject("schema")
                .put("$ref", schema);
        return operation;
    }

    private static ObjectNode writing(
            ObjectNode operation, List<String> types, @org.jspecify.annotations.Nullable String schema) {
        ArrayNode parameters = operation.putArray("parameters");
        WRITE.forEach(name -> parameter(parameters, name, "string"));
        ObjectNode content = operation.putObject("requestBody").putObject("content");
        for (String type : types) {
            ObjectNode body = content.putObject(type).putObject("schema");
            if (schema != null) {
                body.put("$ref", schema);
            } else {
                body.put("type", "object");
            }
        }
        return operation;
    }

    private static void parameter(ArrayNode parameters, String name, String type) {
        ObjectNode parameter = parameters.addObject().put("name", name).put("in", "query");
        parameter.putObject("schema").put("type", type).put("uniqueItems", true);
    }
}
