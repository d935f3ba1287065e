package io.hyaline.inject;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Reading and writing of the JSON trees that manifests are; whatever is unknown in them stays. */
final class Tree {

    static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Tree() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** An object of the given keys and values, in that order. */
    static ObjectNode object(Object... keysAndValues) {
        ObjectNode object = object();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            object.set((String) keysAndValues[i], MAPPER.valueToTree(keysAndValues[i + 1]));
        }
        return object;
    }

    /** The object at {@code key}, made if it is not there. */
    static ObjectNode object(ObjectNode parent, String key) {
        JsonNode there = parent.path(key);
        if (there instanceof ObjectNode object) {
            return object;
        }
        if (!there.isMissingNode() && !there.isNull()) {
            throw new InjectException("field " + key + " of the pod must be an object");
        }
        return parent.putObject(key);
    }

    /** The array at {@code key}, made if it is not there. */
    static ArrayNode array(ObjectNode parent, String key) {
        JsonNode there = parent.path(key);
        if (there instanceof ArrayNode array) {
            return array;
        }
        if (!there.isMissingNode() && !there.isNull()) {
            throw new InjectException("field " + key + " of the pod must be a list");
        }
        return parent.putArray(key);
    }

    /** The members of {@code list} that are objects. */
    static List<ObjectNode> objects(JsonNode list) {
        return list.values().stream()
                .filter(ObjectNode.class::isInstance)
                .map(ObjectNode.class::cast)
                .toList();
    }

    static @Nullable ObjectNode named(JsonNode list, String name) {
        return objects(list).stream()
                .filter(one -> name.equals(text(one, "name")))
                .findFirst()
                .orElse(null);
    }

    static String text(JsonNode object, String key) {
        return object.path(key).asString("");
    }

    /** Replaces what is in {@code list}. */
    static void replace(ArrayNode list, List<ObjectNode> members) {
        list.removeAll();
        members.forEach(list::add);
    }

    static String json(Map<String, ?> value) {
        return MAPPER.writeValueAsString(value);
    }

    static JsonNode parse(String json) {
        return MAPPER.readTree(json);
    }
}
