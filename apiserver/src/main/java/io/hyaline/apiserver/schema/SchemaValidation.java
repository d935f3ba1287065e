package io.hyaline.apiserver.schema;

import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.status.FieldError;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Checks a value against the OpenAPI schema of a custom kind; x-kubernetes-validations (CEL) are not evaluated. */
public final class SchemaValidation {
    private static final int MAX_ERRORS = 50;
    private final List<FieldError> errors = new ArrayList<>();

    private SchemaValidation() {}

    public static List<FieldError> check(JsonNode schema, JsonNode value) {
        SchemaValidation validation = new SchemaValidation();
        validation.visit(schema, value, "");
        return validation.errors.size() > MAX_ERRORS ? validation.errors.subList(0, MAX_ERRORS) : validation.errors;
    }

    private void visit(JsonNode schema, JsonNode value, String path) {
        if (value.isNull() && Json.truth(schema, "nullable")) {
            return;
        }
        String type = Json.string(schema, "type");
        if (Json.truth(schema, "x-kubernetes-int-or-string")) {
            if (!value.isIntegralNumber() && !value.isString()) {
                wrongType(value, path, "integer,string");
                return;
            }
        } else if (!type.isEmpty() && !fits(type, value)) {
            wrongType(value, path, type);
            return;
        }
        options(schema, value, path);
        combined(schema, value, path);
        switch (value) {
            case ObjectNode object -> object(schema, object, path);
            case ArrayNode array -> array(schema, array, path);
            default -> {
                if (value.isString()) {
                    string(schema, value.stringValue(), path);
                } else if (value.isNumber()) {
                    number(schema, value, path);
                }
            }
        }
    }

    private static boolean fits(String type, JsonNode value) {
        return switch (type) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isString();
            case "boolean" -> value.isBoolean();
            case "integer" -> value.isIntegralNumber() || (value.isNumber() && value.doubleValue() % 1 == 0);
            case "number" -> value.isNumber();
            default -> true;
        };
    }

    private void wrongType(JsonNode value, String path, String type) {
        String found = value.getNodeType().toString().toLowerCase(java.util.Locale.ROOT);
        errors.add(FieldError.invalid(
                path, found, path + " in body must be of type " + type + ": " + Json.print(Json.text(found))));
    }

    private void options(JsonNode schema, JsonNode value, String path) {
        JsonNode options = schema.path("enum");
        if (!options.isArray() || options.isEmpty()) {
            return;
        }
        for (JsonNode option : options) {
            if (option.equals(value)) {
                return;
            }
        }
        List<String> names = new ArrayList<>();
        options.forEach(option -> names.add(option.asString("")));
        errors.add(FieldError.unsupported(path, value.asString(Json.print(value)), names.toArray(String[]::new)));
    }

    private void combined(JsonNode schema, JsonNode value, String path) {
        for (JsonNode part : schema.path("allOf").values()) {
            visit(part, value, path);
        }
        if (schema.has("anyOf") && count(schema.path("anyOf"), value) == 0) {
            fail(value, path, "must validate at least one schema (anyOf)");
        }
        if (schema.has("oneOf")) {
            int valid = count(schema.path("oneOf"), value);
            if (valid != 1) {
                fail(
                        value,
                        path,
                        "must validate one and only one schema (oneOf). "
                                + (valid == 0 ? "Found none valid" : "Found " + valid + " valid alternatives"));
            }
        }
        if (schema.has("not") && check(schema.path("not"), value).isEmpty()) {
            fail(value, path, "must not validate the schema (not)");
        }
    }

    private static int count(JsonNode alternatives, JsonNode value) {
        int valid = 0;
        for (JsonNode alternative : alternatives.values()) {
            valid += check(alternative, value).isEmpty() ? 1 : 0;
        }
        return valid;
    }

    private void fail(JsonNode value, String path, String detail) {
        errors.add(FieldError.invalid(path, value, path + " in body " + detail));
    }

    private void object(JsonNode schema, ObjectNode object, String path) {
        for (String required : Json.strings(schema, "required")) {
            if (!object.has(required)) {
                errors.add(FieldError.required(join(path, required), ""));
            }
        }
        bound(object.size(), schema, "minProperties", "maxProperties", path, object, "properties");
        JsonNode additional = schema.path("additionalProperties");
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            JsonNode property = schema.path("properties").get(entry.getKey());
            if (property != null) {
                visit(property, entry.getValue(), join(path, entry.getKey()));
            } else if (additional.isObject()) {
                visit(additional, entry.getValue(), join(path, entry.getKey()));
            }
        }
    }

    private void array(JsonNode schema, ArrayNode array, String path) {
        bound(array.size(), schema, "minItems", "maxItems", path, array, "items");
        boolean unique = Json.truth(schema, "uniqueItems")
                || Json.string(schema, "x-kubernetes-list-type").equals("set");
        List<String> keys = Json.strings(schema, "x-kubernetes-list-map-keys");
        HashSet<JsonNode> seen = new HashSet<>();
        for (int i = 0; i < array.size(); i++) {
            String here = path + "[" + i + "]";
            JsonNode element = array.get(i);
            if (unique && !seen.add(element)) {
                errors.add(FieldError.duplicate(here, element));
            } else if (!keys.isEmpty()) {
                ObjectNode key = Json.object();
                keys.forEach(name -> key.set(name, element.path(name)));
                if (!seen.add(key)) {
                    errors.add(FieldError.duplicate(here, key));
                }
            }
            visit(schema.path("items"), element, here);
        }
    }

    private void bound(int size, JsonNode schema, String least, String most, String path, JsonNode value, String what) {
        if (size < Json.number(schema, 0, least)) {
            fail(value, path, "should have at least " + Json.number(schema, 0, least) + " " + what);
        }
        long maximum = Json.number(schema, Long.MAX_VALUE, most);
        if (size > maximum) {
            errors.add(new FieldError(
                    "FieldValueTooMany", path, "Too many: " + size + ": must have at most " + maximum + " items"));
        }
    }

    private void string(JsonNode schema, String text, String path) {
        int length = text.codePointCount(0, text.length());
        long longest = Json.number(schema, Long.MAX_VALUE, "maxLength");
        if (length > longest) {
            errors.add(FieldError.tooLong(path, (int) longest));
        }
        long shortest = Json.number(schema, 0, "minLength");
        if (length < shortest) {
            fail(Json.text(text), path, "should be at least " + shortest + " chars long");
        }
        String pattern = Json.string(schema, "pattern");
        if (!pattern.isEmpty() && !matches(pattern, text)) {
            fail(Json.text(text), path, "should match '" + pattern + "'");
        }
    }

    private static boolean matches(String pattern, String text) {
        try {
            return Pattern.compile(pattern).matcher(text).find();
        } catch (PatternSyntaxException e) {
            return true; // a pattern of another dialect: nothing can be said
        }
    }

    private void number(JsonNode schema, JsonNode value, String path) {
        BigDecimal number = value.decimalValue();
        JsonNode least = schema.path("minimum");
        if (least.isNumber()) {
            boolean exclusive = Json.truth(schema, "exclusiveMinimum");
            int order = number.compareTo(least.decimalValue());
            if (order < 0 || (exclusive && order == 0)) {
                fail(value, path, "should be greater than " + (exclusive ? "" : "or equal to ") + least);
            }
        }
        JsonNode most = schema.path("maximum");
        if (most.isNumber()) {
            boolean exclusive = Json.truth(schema, "exclusiveMaximum");
            int order = number.compareTo(most.decimalValue());
            if (order > 0 || (exclusive && order == 0)) {
                fail(value, path, "should be less than " + (exclusive ? "" : "or equal to ") + most);
            }
        }
        JsonNode step = schema.path("multipleOf");
        if (step.isNumber() && number.remainder(step.decimalValue()).signum() != 0) {
            fail(value, path, "should be a multiple of " + step);
        }
    }

    private static String join(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
