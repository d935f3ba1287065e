package io.hyaline.apiserver.patch;

import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.schema.Schema;
import io.hyaline.apiserver.schema.Schema.ListRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Kubernetes' strategic merge patch: a merge patch that knows which lists are maps in disguise. */
public final class StrategicMerge {
    private static final String PATCH = "$patch";
    private static final String RETAIN = "$retainKeys";
    private static final String ORDER = "$setElementOrder/";
    private static final String DELETE_VALUES = "$deleteFromPrimitiveList/";

    private StrategicMerge() {}

    /** The patched copy; the inputs stay as they are. */
    public static ObjectNode apply(ObjectNode object, JsonNode patch, Schema schema) throws PatchException {
        if (!(patch instanceof ObjectNode changes)) {
            throw PatchException.malformed("a strategic merge patch is an object");
        }
        return mergeObject(object.deepCopy(), changes, schema);
    }

    private static ObjectNode mergeObject(ObjectNode object, ObjectNode patch, Schema schema) throws PatchException {
        ObjectNode result = object;
        switch (Json.string(patch, PATCH)) {
            case "" -> {}
            case "merge" -> {}
            case "replace", "delete" -> result = Json.object();
            default -> throw PatchException.malformed("unknown patch type: " + Json.string(patch, PATCH));
        }
        if (Json.string(patch, PATCH).equals("delete")) {
            return result;
        }
        if (patch.has(RETAIN)) {
            List<String> retained = Json.strings(patch, RETAIN);
            result.properties().removeIf(entry -> !retained.contains(entry.getKey()));
        }
        for (Map.Entry<String, JsonNode> entry : patch.properties()) {
            if (entry.getKey().startsWith(DELETE_VALUES)) {
                deleteValues(result, entry.getKey().substring(DELETE_VALUES.length()), entry.getValue());
            }
        }
        for (Map.Entry<String, JsonNode> entry : patch.properties()) {
            if (!entry.getKey().startsWith("$")) {
                mergeField(result, entry.getKey(), entry.getValue(), Schema.field(schema, entry.getKey()));
            }
        }
        for (Map.Entry<String, JsonNode> entry : patch.properties()) {
            if (entry.getKey().startsWith(ORDER)) {
                String field = entry.getKey().substring(ORDER.length());
                reorder(result, object, field, entry.getValue(), Schema.rule(Schema.field(schema, field)));
            }
        }
        return result;
    }

    private static void mergeField(ObjectNode object, String name, JsonNode value, Schema schema)
            throws PatchException {
        switch (value) {
            case ObjectNode nested -> {
                ObjectNode target = object.get(name) instanceof ObjectNode there ? there : Json.object();
                object.set(name, mergeObject(target, nested, schema));
            }
            case ArrayNode list -> {
                ArrayNode target = object.get(name) instanceof ArrayNode there ? there : Json.array();
                object.set(name, mergeList(target, list, schema));
            }
            default -> {
                if (value.isNull()) {
                    object.remove(name);
                } else {
                    object.set(name, value);
                }
            }
        }
    }

    private static ArrayNode mergeList(ArrayNode list, ArrayNode patch, Schema schema) throws PatchException {
        ListRule rule = Schema.rule(schema);
        String key = rule.patchKey();
        if (!rule.patchMerges()) {
            return withoutDirectives(patch, schema);
        }
        if (key == null) {
            ArrayNode union = list.deepCopy();
            for (JsonNode value : patch) {
                if (indexOf(union, value) < 0) {
                    union.add(value);
                }
            }
            return union;
        }
        boolean replace =
                patch.valueStream().anyMatch(item -> Json.string(item, PATCH).equals("replace") && !item.has(key));
        return mergeByKey(replace ? Json.array() : list.deepCopy(), patch, key, Schema.element(schema));
    }

    private static ArrayNode mergeByKey(ArrayNode result, ArrayNode patch, String key, Schema element)
            throws PatchException {
        for (JsonNode item : patch) {
            if (!(item instanceof ObjectNode change)) {
                throw PatchException.unfit("a list that is merged by \"" + key + "\" holds objects only");
            }
            JsonNode wanted = change.get(key);
            if (wanted == null) {
                if (change.has(PATCH)) {
                    continue;
                }
                throw PatchException.unfit(
                        "map: " + Json.print(change) + " does not contain declared merge key: " + key);
            }
            int at = indexByKey(result, key, wanted);
            if (Json.string(change, PATCH).equals("delete")) {
                while (at >= 0) {
                    result.remove(at);
                    at = indexByKey(result, key, wanted);
                }
            } else if (at < 0) {
                result.add(mergeObject(Json.object(), change, element));
            } else if (result.get(at) instanceof ObjectNode there) {
                result.set(at, mergeObject(there, change, element));
            }
        }
        return result;
    }

    private static ArrayNode withoutDirectives(ArrayNode patch, Schema schema) throws PatchException {
        ArrayNode result = Json.array();
        for (JsonNode item : patch) {
            if (!(item instanceof ObjectNode object)) {
                result.add(item);
            } else if (!object.has(PATCH)) {
                result.add(mergeObject(Json.object(), object, Schema.element(schema)));
            }
        }
        return result;
    }

    private static void deleteValues(ObjectNode object, String field, JsonNode values) {
        if (object.get(field) instanceof ArrayNode list) {
            ArrayNode kept = Json.array();
            for (JsonNode value : list) {
                if (indexOf(values, value) < 0) {
                    kept.add(value);
                }
            }
            object.set(field, kept);
        }
    }

    /** Puts the elements that the client named into its order; the others keep their place relative to them. */
    private static void reorder(ObjectNode object, ObjectNode before, String field, JsonNode order, ListRule rule) {
        if (!(object.get(field) instanceof ArrayNode list)) {
            return;
        }
        List<JsonNode> named = new ArrayList<>();
        List<JsonNode> others = new ArrayList<>();
        for (JsonNode item : list) {
            (position(order, item, rule.patchKey()) >= 0 ? named : others).add(item);
        }
        named.sort((one, two) ->
                Integer.compare(position(order, one, rule.patchKey()), position(order, two, rule.patchKey())));
        JsonNode live = before.path(field);
        ArrayNode sorted = Json.array();
        int next = 0;
        for (JsonNode other : others) {
            int place = position(live, other, rule.patchKey());
            while (next < named.size() && position(live, named.get(next), rule.patchKey()) <= place) {
                sorted.add(named.get(next++));
            }
            sorted.add(other);
        }
        while (next < named.size()) {
            sorted.add(named.get(next++));
        }
        object.set(field, sorted);
    }

    private static int position(JsonNode list, JsonNode item, @Nullable String key) {
        return key == null ? indexOf(list, item) : indexByKey(list, key, item.path(key));
    }

    private static int indexOf(JsonNode list, JsonNode value) {
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i).equals(value)) {
                return i;
            }
        }
        return -1;
    }

    private static int indexByKey(JsonNode list, String key, JsonNode wanted) {
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i).path(key).equals(wanted)) {
                return i;
            }
        }
        return -1;
    }
}
