package io.hyaline.apiserver.apply;

import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.schema.Schema;
import io.hyaline.apiserver.schema.Schema.Items;
import io.hyaline.apiserver.schema.Schema.Topology;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Lays what a manager says over what there is, and takes out what it no longer says. */
final class TypedMerge {
    private TypedMerge() {}

    static ObjectNode merge(Schema schema, ObjectNode live, ObjectNode applied) {
        return (ObjectNode) mergeValue(schema, live, applied);
    }

    private static JsonNode mergeValue(Schema schema, JsonNode live, JsonNode applied) {
        if (Typed.children(schema, live) == null || Typed.children(schema, applied) == null) {
            return applied.deepCopy();
        }
        if (live instanceof ObjectNode there && applied instanceof ObjectNode said) {
            ObjectNode result = there.deepCopy();
            for (Map.Entry<String, JsonNode> entry : said.properties()) {
                JsonNode old = there.get(entry.getKey());
                result.set(
                        entry.getKey(),
                        old == null
                                ? entry.getValue().deepCopy()
                                : mergeValue(Schema.field(schema, entry.getKey()), old, entry.getValue()));
            }
            return result;
        }
        if (schema instanceof Items items && live instanceof ArrayNode there && applied instanceof ArrayNode said) {
            return mergeList(items, there, said);
        }
        return applied.deepCopy();
    }

    /** Elements of the applied list in its order; those that only live has keep their place before what followed them. */
    private static ArrayNode mergeList(Items items, ArrayNode live, ArrayNode applied) {
        Map<String, JsonNode> said = new LinkedHashMap<>();
        applied.forEach(element -> said.put(Typed.element(items, element), element));
        Map<String, JsonNode> there = new LinkedHashMap<>();
        live.forEach(element -> there.put(Typed.element(items, element), element));
        Map<String, JsonNode> result = new LinkedHashMap<>();
        there.forEach((key, element) -> {
            if (!said.containsKey(key)) {
                result.put(key, element);
            } else if (!result.containsKey(key)) {
                for (Map.Entry<String, JsonNode> entry : said.entrySet()) {
                    result.put(entry.getKey(), entry.getValue());
                    if (entry.getKey().equals(key)) {
                        break;
                    }
                }
            }
        });
        said.forEach(result::putIfAbsent);
        ArrayNode list = Json.array();
        result.forEach((key, element) -> {
            JsonNode old = there.get(key);
            boolean merges = said.containsKey(key) && items.rule().topology() == Topology.MAP;
            list.add(old != null && merges ? mergeValue(items.element(), old, element) : element.deepCopy());
        });
        return list;
    }

    /**
     * Takes fields out of an object.
     *
     * @param kept what others own; an item of a list stays when something in it is owned
     */
    static void remove(Schema schema, JsonNode value, FieldSet gone, FieldSet kept) {
        if (value instanceof ObjectNode object) {
            gone.children().forEach((element, below) -> removeField(schema, object, element, below, kept));
        } else if (value instanceof ArrayNode array && schema instanceof Items items) {
            ArrayNode left = Json.array();
            for (JsonNode element : array) {
                String key = Typed.element(items, element);
                FieldSet below = gone.child(key);
                FieldSet owned = kept.child(key);
                if (below == null || !below.member() || owned != null) {
                    if (below != null) {
                        remove(items.element(), element, below, owned == null ? new FieldSet() : owned);
                        restoreKeys(items, element, key);
                    }
                    left.add(element);
                }
            }
            array.removeAll().addAll(left);
        }
    }

    private static void removeField(Schema schema, ObjectNode object, String element, FieldSet below, FieldSet kept) {
        String name = element.substring(2);
        JsonNode child = object.get(name);
        FieldSet owned = kept.child(element);
        if (child == null || !element.startsWith("f:")) {
            return;
        }
        if (below.member() && owned == null) {
            object.remove(name);
            return;
        }
        boolean had = !child.isEmpty();
        remove(Schema.field(schema, name), child, below, owned == null ? new FieldSet() : owned);
        if (had && child.isContainer() && child.isEmpty() && owned == null) {
            object.remove(name);
        }
    }

    private static void restoreKeys(Items items, JsonNode element, String key) {
        if (element instanceof ObjectNode object && items.rule().topology() == Topology.MAP) {
            Json.parse(key.substring(2)).forEachEntry(object::set);
        }
    }
}
