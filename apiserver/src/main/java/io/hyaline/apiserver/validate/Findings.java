package io.hyaline.apiserver.validate;

import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.status.FieldError;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Gathers what is wrong. */
final class Findings {
    private final List<FieldError> errors = new ArrayList<>();

    List<FieldError> errors() {
        return errors;
    }

    void add(FieldError error) {
        errors.add(error);
    }

    /** A text that must be there and have a form. */
    void text(JsonNode node, String name, String path, Function<String, @Nullable String> syntax) {
        String value = Json.string(node, name);
        String field = path + "." + name;
        if (value.isEmpty()) {
            add(FieldError.required(field, ""));
        } else {
            form(value, field, syntax);
        }
    }

    void form(String value, String field, Function<String, @Nullable String> syntax) {
        String complaint = syntax.apply(value);
        if (complaint != null) {
            add(FieldError.invalid(field, value, complaint));
        }
    }

    void oneOf(JsonNode node, String name, String path, String... allowed) {
        String value = Json.string(node, name);
        if (!List.of(allowed).contains(value)) {
            add(
                    value.isEmpty()
                            ? FieldError.required(path + "." + name, "")
                            : FieldError.unsupported(path + "." + name, value, allowed));
        }
    }

    void port(JsonNode node, String name, String path) {
        JsonNode value = node.path(name);
        if (value.isIntegralNumber() && (value.longValue() < 1 || value.longValue() > 65_535)) {
            add(FieldError.invalid(path + "." + name, value, "must be between 1 and 65535, inclusive"));
        }
    }

    void notNegative(JsonNode node, String name, String path) {
        if (Json.number(node, 0, name) < 0) {
            add(FieldError.invalid(path + "." + name, node.path(name), "must be greater than or equal to 0"));
        }
    }

    void unique(List<ObjectNode> items, String name, String path) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < items.size(); i++) {
            String value = Json.string(items.get(i), name);
            if (!value.isEmpty() && !seen.add(value)) {
                add(FieldError.duplicate(path + "[" + i + "]." + name, Json.text(value)));
            }
        }
    }

    void immutable(JsonNode now, JsonNode before, String field) {
        if (!now.equals(before)) {
            add(FieldError.invalid(field, now, "field is immutable"));
        }
    }
}
