package io.hyaline.apiserver.status;

import io.hyaline.apiserver.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One thing that is wrong with an object, worded as Kubernetes words it. */
public record FieldError(String reason, String field, String message) {

    public static FieldError required(String field, String detail) {
        return new FieldError(
                "FieldValueRequired", field, detail.isEmpty() ? "Required value" : "Required value: " + detail);
    }

    public static FieldError invalid(String field, @Nullable JsonNode value, String detail) {
        return new FieldError("FieldValueInvalid", field, "Invalid value: " + print(value) + ": " + detail);
    }

    public static FieldError invalid(String field, String value, String detail) {
        return invalid(field, Json.text(value), detail);
    }

    public static FieldError unsupported(String field, String value, String... supported) {
        StringBuilder list = new StringBuilder();
        for (String one : supported) {
            list.append(list.isEmpty() ? "" : ", ").append('"').append(one).append('"');
        }
        return new FieldError(
                "FieldValueNotSupported", field, "Unsupported value: \"" + value + "\": supported values: " + list);
    }

    public static FieldError duplicate(String field, JsonNode value) {
        return new FieldError("FieldValueDuplicate", field, "Duplicate value: " + print(value));
    }

    public static FieldError forbidden(String field, String detail) {
        return new FieldError("FieldValueForbidden", field, "Forbidden: " + detail);
    }

    public static FieldError tooLong(String field, int limit) {
        return new FieldError("FieldValueTooLong", field, "Too long: may not be more than " + limit + " bytes");
    }

    @Override
    public String toString() {
        return field + ": " + message;
    }

    private static String print(@Nullable JsonNode value) {
        String text = value == null ? "null" : Json.print(value);
        return text.length() > 500 ? text.substring(0, 500) + "..." : text;
    }
}
