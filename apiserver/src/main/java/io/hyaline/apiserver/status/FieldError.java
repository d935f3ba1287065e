package io.hyaline.apiserver.status;

import io.hyaline.apiserver.json.Json;
import java.util.List;
import java.util.stream.Collectors;
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

    /** About a list, which Kubernetes prints as Go does. */
    public static FieldError invalid(String field, List<String> values, String detail) {
        return invalid(field, "[]string", values, detail);
    }

    /** About the IP families of a Service. */
    public static FieldError invalidFamilies(String field, List<String> families, String detail) {
        return invalid(field, "[]core.IPFamily", families, detail);
    }

    private static FieldError invalid(String field, String goType, List<String> values, String detail) {
        String list = values.isEmpty()
                ? "(nil)"
                : values.stream().map(Json::text).map(Json::print).collect(Collectors.joining(", ", "{", "}"));
        return new FieldError("FieldValueInvalid", field, "Invalid value: " + goType + list + ": " + detail);
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

    public static FieldError duplicate(String field, String value) {
        return duplicate(field, Json.text(value));
    }

    public static FieldError tooMany(String field, int actual, int limit) {
        return new FieldError(
                "FieldValueTooMany", field, "Too many: " + actual + ": must have at most " + limit + " items");
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
