package io.hyaline.apiserver.apply;

import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.schema.Schema;
import io.hyaline.apiserver.schema.Schema.Any;
import io.hyaline.apiserver.schema.Schema.Items;
import io.hyaline.apiserver.schema.Schema.Struct;
import io.hyaline.apiserver.schema.Schema.Topology;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A value as its schema divides it: whole, or into children that have owners of their own. */
final class Typed {
    private Typed() {}

    /**
     * The children of a value by path element, in order; null when the value has one owner as a whole.
     */
    static @Nullable Map<String, Child> children(Schema schema, JsonNode value) {
        if (value instanceof ObjectNode object && (schema instanceof Any || !Schema.atomic(schema))) {
            Map<String, Child> children = new LinkedHashMap<>();
            object.forEachEntry((name, node) -> children.put(
                    FieldSet.field(name), new Child(Schema.field(schema, name), node, !declared(schema, name))));
            return children;
        }
        if (value instanceof ArrayNode array && schema instanceof Items items) {
            return switch (items.rule().topology()) {
                case ATOMIC -> null;
                case SET, MAP -> elements(items, array);
            };
        }
        return null;
    }

    /**
     * @param own whether the child is a member by itself, not only through what is in it
     */
    record Child(Schema schema, JsonNode value, boolean own) {}

    private static boolean declared(Schema schema, String name) {
        return schema instanceof Struct struct && struct.field(name) != null;
    }

    private static Map<String, Child> elements(Items items, ArrayNode array) {
        Map<String, Child> children = new LinkedHashMap<>();
        for (JsonNode element : array) {
            children.put(element(items, element), new Child(items.element(), element, true));
        }
        return children;
    }

    /** The path element of a list's element. */
    static String element(Items items, JsonNode element) {
        if (items.rule().topology() == Topology.SET) {
            return FieldSet.value(element);
        }
        Map<String, JsonNode> keys = new TreeMap<>();
        for (String key : items.rule().keys()) {
            JsonNode value = element.get(key);
            if (value != null) {
                keys.put(key, value);
            } else if (key.equals("protocol")) {
                keys.put(key, Json.text("TCP")); // the one key that has a default
            }
        }
        ObjectNode sorted = Json.object();
        keys.forEach(sorted::set);
        return FieldSet.item(sorted);
    }
}
