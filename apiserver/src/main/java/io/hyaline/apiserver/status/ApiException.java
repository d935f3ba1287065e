package io.hyaline.apiserver.status;

import io.hyaline.apiserver.json.Json;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A request that failed: the HTTP code and the Status object that the client gets. */
public final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int code;
    private final String reason;
    private final transient ObjectNode details;

    private ApiException(int code, String reason, String message, ObjectNode details) {
        super(message, null, false, false);
        this.code = code;
        this.reason = reason;
        this.details = details;
    }

    public int code() {
        return code;
    }

    public String reason() {
        return reason;
    }

    public String text() {
        return String.valueOf(getMessage());
    }

    /** The Status object of this failure. */
    public ObjectNode status() {
        ObjectNode status = Json.object().put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        status.put("status", "Failure").put("message", text());
        if (!reason.isEmpty()) {
            status.put("reason", reason);
        }
        if (!details.isEmpty()) {
            status.set("details", details);
        }
        return status.put("code", code);
    }

    public static ApiException of(int code, String reason, String message) {
        return new ApiException(code, reason, message, Json.object());
    }

    public static ApiException badRequest(String message) {
        return of(400, "BadRequest", message);
    }

    public static ApiException unauthorized() {
        return of(401, "Unauthorized", "Unauthorized");
    }

    /** The path leads nowhere. */
    public static ApiException noSuchPath() {
        return of(404, "NotFound", "the server could not find the requested resource");
    }

    public static ApiException notFound(String resource, String group, String name) {
        return new ApiException(
                404,
                "NotFound",
                qualified(resource, group) + " \"" + name + "\" not found",
                details(resource, group, name));
    }

    public static ApiException alreadyExists(String resource, String group, String name) {
        return new ApiException(
                409,
                "AlreadyExists",
                qualified(resource, group) + " \"" + name + "\" already exists",
                details(resource, group, name));
    }

    public static ApiException conflict(String resource, String group, String name, String detail) {
        return new ApiException(
                409,
                "Conflict",
                "Operation cannot be fulfilled on " + qualified(resource, group) + " \"" + name + "\": " + detail,
                details(resource, group, name));
    }

    public static ApiException staleWrite(String resource, String group, String name) {
        return conflict(
                resource,
                group,
                name,
                "the object has been modified; please apply your changes to the latest version and try again");
    }

    public static ApiException forbidden(String resource, String group, String name, String detail) {
        return new ApiException(
                403,
                "Forbidden",
                qualified(resource, group) + " \"" + name + "\" is forbidden: " + detail,
                details(resource, group, name));
    }

    public static ApiException invalid(String kind, String group, String name, List<FieldError> errors) {
        ObjectNode details = details(kind, group, name);
        ArrayNode causes = details.putArray("causes");
        errors.forEach(error -> causes.add(cause(error)));
        String list = errors.size() == 1
                ? errors.getFirst().toString()
                : errors.stream().map(FieldError::toString).collect(Collectors.joining(", ", "[", "]"));
        return new ApiException(
                422, "Invalid", qualified(kind, group) + " \"" + name + "\" is invalid: " + list, details);
    }

    /** Another manager owns fields that an apply wants to change. */
    public static ApiException applyConflict(String message, List<FieldError> conflicts) {
        ObjectNode details = Json.object();
        ArrayNode causes = details.putArray("causes");
        conflicts.forEach(conflict -> causes.add(cause(conflict)));
        return new ApiException(409, "Conflict", message, details);
    }

    public static ApiException gone(String message) {
        return of(410, "Expired", message);
    }

    public static ApiException internal(String message) {
        return of(500, "InternalError", "Internal error occurred: " + message);
    }

    public static ApiException tooMany(int retryAfterSeconds) {
        return new ApiException(
                429,
                "TooManyRequests",
                "the server has received too many requests and has asked us to try again later",
                Json.object().put("retryAfterSeconds", retryAfterSeconds));
    }

    public static ApiException unsupportedMediaType(String message) {
        return of(415, "UnsupportedMediaType", message);
    }

    public static ApiException methodNotAllowed() {
        return of(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
    }

    private static ObjectNode cause(FieldError error) {
        return Json.object()
                .put("reason", error.reason())
                .put("message", error.message())
                .put("field", error.field());
    }

    private static ObjectNode details(String kind, String group, String name) {
        ObjectNode details = Json.object().put("name", name);
        if (!group.isEmpty()) {
            details.put("group", group);
        }
        return details.put("kind", kind);
    }

    private static String qualified(String resource, String group) {
        return group.isEmpty() ? resource : resource + "." + group;
    }
}
