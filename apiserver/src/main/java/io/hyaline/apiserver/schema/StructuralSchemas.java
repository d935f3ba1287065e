package io.hyaline.apiserver.schema;

import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.schema.Schema.Entries;
import io.hyaline.apiserver.schema.Schema.Items;
import io.hyaline.apiserver.schema.Schema.ListRule;
import io.hyaline.apiserver.schema.Schema.Scalar;
import io.hyaline.apiserver.schema.Schema.ScalarType;
import io.hyaline.apiserver.schema.Schema.Struct;
import io.hyaline.apiserver.schema.Schema.Topology;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** The shape that a CustomResourceDefinition's structural schema describes. */
public final class StructuralSchemas {
    private static final Scalar STRING = new Scalar(ScalarType.STRING);

    private final Schema metadata;

    /** @param metadata schema of ObjectMeta */
    public StructuralSchemas(Schema metadata) {
        this.metadata = metadata;
    }

    /** The schema of a whole object of a kind. */
    public Struct object(String kind, JsonNode openApi) {
        Map<String, Schema> fields = fields(openApi);
        embed(fields);
        boolean open = preserves(openApi) || openApi.isMissingNode();
        return new Struct(kind, kind, () -> fields, false, open);
    }

    private Schema schema(JsonNode json) {
        if (Json.truth(json, "x-kubernetes-int-or-string")) {
            return new Scalar(ScalarType.INT_OR_STRING);
        }
        return switch (Json.string(json, "type")) {
            case "string" -> STRING;
            case "integer" -> new Scalar(ScalarType.INT64);
            case "number" -> new Scalar(ScalarType.NUMBER);
            case "boolean" -> new Scalar(ScalarType.BOOLEAN);
            case "array" -> new Items(schema(json.path("items")), rule(json));
            case "object" -> map(json);
            default -> Schema.ANY;
        };
    }

    private Schema map(JsonNode json) {
        boolean atomic = Json.string(json, "x-kubernetes-map-type").equals("atomic");
        JsonNode additional = json.path("additionalProperties");
        if (additional.isObject()) {
            return new Entries(schema(additional), atomic);
        }
        if (additional.isBoolean() && additional.booleanValue()) {
            return new Entries(Schema.ANY, atomic);
        }
        Map<String, Schema> fields = fields(json);
        if (Json.truth(json, "x-kubernetes-embedded-resource")) {
            embed(fields);
        }
        return new Struct("object", "object", () -> fields, atomic, preserves(json));
    }

    private Map<String, Schema> fields(JsonNode json) {
        Map<String, Schema> fields = new TreeMap<>();
        json.path("properties").forEachEntry((name, property) -> fields.put(name, schema(property)));
        return fields;
    }

    private void embed(Map<String, Schema> fields) {
        fields.put("apiVersion", STRING);
        fields.put("kind", STRING);
        fields.put("metadata", metadata);
    }

    private static boolean preserves(JsonNode json) {
        return Json.truth(json, "x-kubernetes-preserve-unknown-fields");
    }

    private static ListRule rule(JsonNode json) {
        return switch (Json.string(json, "x-kubernetes-list-type")) {
            case "set" -> ListRule.SET;
            case "map" -> new ListRule(Topology.MAP, Json.strings(json, "x-kubernetes-list-map-keys"), false, null);
            default -> ListRule.ATOMIC;
        };
    }
}
