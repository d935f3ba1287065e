package io.hyaline.apiserver.verb;

import io.hyaline.apiserver.json.Document;
import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.json.Yaml;
import io.hyaline.apiserver.protobuf.Protobuf;
import io.hyaline.apiserver.resource.GroupVersion;
import io.hyaline.apiserver.resource.Resource;
import io.hyaline.apiserver.schema.FieldCheck;
import io.hyaline.apiserver.status.ApiException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** From bodies to objects in the shape of their kind, and the reports about what did not fit. */
public final class Codec {
    private Codec() {}

    /** Reads a body of any accepted type as a tree. */
    public static Document read(Call call) {
        byte[] body = call.request().body();
        try {
            return switch (call.request().contentType()) {
                case "application/json", "", "*/*" -> Document.json(body);
                case "application/yaml", "application/x-yaml", "text/yaml", Patcher.APPLY -> Yaml.read(body);
                case Protobuf.TYPE -> Protobuf.read(body);
                default -> throw unsupported("application/json, application/yaml, " + Protobuf.TYPE);
            };
        } catch (IllegalArgumentException e) {
            throw ApiException.badRequest("the object provided is unrecognized (must be of type "
                    + call.target().resource().kind() + "): " + e.getMessage());
        }
    }

    public static ApiException unsupported(String accepted) {
        return ApiException.unsupportedMediaType(
                "the body of the request was in an unknown format - accepted media types include: " + accepted);
    }

    /** The object in a create or update body, without what its kind does not know. */
    public static ObjectNode object(Call call) {
        Document document = read(call);
        if (!(document.node() instanceof ObjectNode object)) {
            throw ApiException.badRequest("the body of the request is no object");
        }
        Resource resource = call.target().resource();
        checkKind(resource, object);
        List<String> problems = new ArrayList<>(problems(resource, object));
        document.duplicates().forEach(path -> problems.add("duplicate field \"" + path + "\""));
        report(call, problems, list -> ApiException.badRequest(prefix(resource) + "strict decoding error: " + list));
        return object;
    }

    /** Checks the outcome of a patch in the same way. */
    static void patched(Call call, ObjectNode object, String patch) {
        List<String> problems = problems(call.target().resource(), object);
        report(
                call,
                problems,
                list -> ApiException.of(
                        422,
                        "Invalid",
                        " \"\" is invalid: patch: Invalid value: " + Json.print(Json.text(shorten(patch)))
                                + ": strict decoding error: " + list));
    }

    /** Takes out what the kind does not know and names it; a wrong type fails. */
    private static List<String> problems(Resource resource, ObjectNode object) {
        FieldCheck check = resource.custom() == null
                ? FieldCheck.typed(resource.schema(), object)
                : FieldCheck.pruned(resource.schema(), object);
        if (!check.mistyped().isEmpty()) {
            throw ApiException.badRequest(prefix(resource) + String.join(", ", check.mistyped()));
        }
        return check.unknown().stream()
                .map(path -> "unknown field \"" + path + "\"")
                .toList();
    }

    private static void report(
            Call call, List<String> problems, java.util.function.Function<String, ApiException> strict) {
        if (problems.isEmpty()) {
            return;
        }
        switch (call.query().get("fieldValidation")) {
            case "Strict" -> throw strict.apply(String.join(", ", problems));
            case "Ignore" -> {}
            default -> call.warnings().addAll(problems);
        }
    }

    private static String prefix(Resource resource) {
        return resource.custom() != null
                ? ""
                : resource.kind() + " in version \"" + resource.version().version() + "\" cannot be handled as a "
                        + resource.kind() + ": ";
    }

    private static void checkKind(Resource resource, ObjectNode object) {
        String kind = Json.string(object, "kind");
        String apiVersion = Json.string(object, "apiVersion");
        if (!apiVersion.isEmpty() && !apiVersion.equals(resource.apiVersion())) {
            throw ApiException.badRequest("the API version in the data (" + apiVersion
                    + ") does not match the expected API version (" + resource.apiVersion() + ")");
        }
        if (!kind.isEmpty() && !kind.equals(resource.kind())) {
            throw ApiException.badRequest(kind + " in version \""
                    + GroupVersion.of(apiVersion).version() + "\" cannot be handled as a " + resource.kind());
        }
        object.put("apiVersion", resource.apiVersion()).put("kind", resource.kind());
    }

    private static String shorten(String text) {
        return text.length() > 2000 ? text.substring(0, 2000) + "..." : text;
    }
}
