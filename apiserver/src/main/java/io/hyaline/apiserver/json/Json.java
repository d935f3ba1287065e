package io.hyaline.apiserver.json;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.IntNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.LongNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** Reading and building trees. A stored tree is never changed: copy it first. */
public final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Json() {}

    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    public static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    public static ArrayNode array(Iterable<String> texts) {
        ArrayNode array = array();
        texts.forEach(array::add);
        return array;
    }

    public static ArrayNode array(String... texts) {
        return array(List.of(texts));
    }

    public static JsonNode text(String value) {
        return StringNode.valueOf(value);
    }

    /** An integer in the same node type that the parser makes, so that trees compare equal. */
    public static JsonNode number(long value) {
        return (int) value == value ? IntNode.valueOf((int) value) : LongNode.valueOf(value);
    }

    public static byte[] bytes(JsonNode node) {
        return MAPPER.writeValueAsBytes(node);
    }

    public static String print(JsonNode node) {
        return MAPPER.writeValueAsString(node);
    }

    /** Parses text that this program wrote itself. */
    public static ObjectNode parse(byte[] bytes) {
        return (ObjectNode) MAPPER.readTree(bytes);
    }

    public static ObjectNode parse(String text) {
        return (ObjectNode) MAPPER.readTree(text);
    }

    /** The node at a path, or a missing node. */
    public static JsonNode at(@Nullable JsonNode node, String... path) {
        JsonNode here = node == null ? MissingNode.getInstance() : node;
        for (String step : path) {
            here = here.path(step);
        }
        return here;
    }

    /** The text at a path, or the empty string. */
    public static String string(@Nullable JsonNode node, String... path) {
        JsonNode found = at(node, path);
        return found.isString() ? found.stringValue() : "";
    }

    public static long number(@Nullable JsonNode node, long otherwise, String... path) {
        JsonNode found = at(node, path);
        return found.isIntegralNumber() ? found.longValue() : otherwise;
    }

    public static boolean truth(@Nullable JsonNode node, String... path) {
        JsonNode found = at(node, path);
        return found.isBoolean() && found.booleanValue();
    }

    public static boolean has(@Nullable JsonNode node, String... path) {
        JsonNode found = at(node, path);
        return !found.isMissingNode() && !found.isNull();
    }

    /** The object at a path, made where it is absent. */
    public static ObjectNode child(ObjectNode node, String... path) {
        ObjectNode here = node;
        for (String step : path) {
            JsonNode next = here.get(step);
            here = next instanceof ObjectNode object ? object : here.putObject(step);
        }
        return here;
    }

    /** The array under a name, made where it is absent. */
    public static ArrayNode list(ObjectNode node, String name) {
        return node.get(name) instanceof ArrayNode array ? array : node.putArray(name);
    }

    /** The elements of the array at a path that are objects. */
    public static List<ObjectNode> objects(@Nullable JsonNode node, String... path) {
        List<ObjectNode> found = new ArrayList<>();
        for (JsonNode element : at(node, path).values()) {
            if (element instanceof ObjectNode object) {
                found.add(object);
            }
        }
        return found;
    }

    public static List<String> strings(@Nullable JsonNode node, String... path) {
        List<String> found = new ArrayList<>();
        for (JsonNode element : at(node, path).values()) {
            if (element.isString()) {
                found.add(element.stringValue());
            }
        }
        return found;
    }

    /** A string map at a path, such as labels. */
    public static Map<String, String> map(@Nullable JsonNode node, String... path) {
        Map<String, String> found = new java.util.LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : at(node, path).properties()) {
            if (entry.getValue().isString()) {
                found.put(entry.getKey(), entry.getValue().stringValue());
            }
        }
        return found;
    }

    /** Sets a text where nothing or an empty text is. */
    public static void fill(ObjectNode node, String name, String value) {
        if (string(node, name).isEmpty()) {
            node.put(name, value);
        }
    }

    public static void fill(ObjectNode node, String name, long value) {
        if (!has(node, name)) {
            node.set(name, number(value));
        }
    }

    public static void fill(ObjectNode node, String name, boolean value) {
        if (!has(node, name)) {
            node.put(name, value);
        }
    }
}
