package io.hyaline.apiserver.schema;

import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Fills in the defaults that an OpenAPI schema names. */
public final class SchemaDefaults {
    private SchemaDefaults() {}

    public static void apply(JsonNode schema, JsonNode value) {
        switch (value) {
            case ObjectNode object -> fields(schema, object);
            case ArrayNode list -> list.forEach(element -> apply(schema.path("items"), element));
            default -> {}
        }
    }

    private static void fields(JsonNode schema, ObjectNode object) {
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            JsonNode standard = property.getValue().get("default");
            JsonNode present = object.get(property.getKey());
            boolean nullable = property.getValue().path("nullable").asBoolean(false);
            if (standard != null && (present == null || (present.isNull() && !nullable))) {
                object.set(property.getKey(), standard.deepCopy());
            }
            if (object.get(property.getKey()) != null) {
                apply(property.getValue(), object.get(property.getKey()));
            }
        }
        JsonNode additional = schema.path("additionalProperties");
        if (additional.isObject()) {
            object.values().forEach(entry -> apply(additional, entry));
        }
    }
}
