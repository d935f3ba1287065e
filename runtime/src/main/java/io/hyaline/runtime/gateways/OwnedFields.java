package io.hyaline.runtime.gateways;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A three-way merge, field by field: what the owner wants, what it wrote last, and what is there.
 *
 * <p>A field is written when the owner's wish is another than the one it wrote last, and only then: a change that somebody made
 * by hand in between stays. Containers are one field each by name; other lists are fields as a whole.
 */
final class OwnedFields {

    static final String ANNOTATION = "hyaline.io/last-written";
    private static final JsonMapper MAPPER = JsonMapper.shared();
    private static final String NAMED = "containers";

    private OwnedFields() {}

    /** The leaves of a tree by their path, in which a slash inside of a name is written ~1 as in a JSON pointer. */
    static Map<String, JsonNode> of(JsonNode tree) {
        TreeMap<String, JsonNode> leaves = new TreeMap<>();
        collect(tree, "", leaves);
        return leaves;
    }

    private static void collect(JsonNode node, String path, Map<String, JsonNode> leaves) {
        if (node instanceof ArrayNode list && path.endsWith("/" + NAMED)) {
            for (JsonNode one : list) {
                collect(one, path + "/" + escape(one.path("name").asString("")), leaves);
            }
        } else if (node instanceof ObjectNode object && !object.isEmpty()) {
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                collect(field.getValue(), path + "/" + escape(field.getKey()), leaves);
            }
        } else if (!node.isNull()) {
            leaves.put(path, node);
        }
    }

    /** What was written last, as the object itself tells. */
    static Map<String, JsonNode> last(JsonNode live) {
        String text = live.path("metadata").path("annotations").path(ANNOTATION).asString("");
        TreeMap<String, JsonNode> fields = new TreeMap<>();
        if (!text.isEmpty()) {
            MAPPER.readTree(text).properties().forEach(e -> fields.put(e.getKey(), e.getValue()));
        }
        return fields;
    }

    /** {@code fields} as text for the annotation. */
    static String text(Map<String, JsonNode> fields) {
        return MAPPER.writeValueAsString(fields);
    }

    /** Changes {@code live} to what it has to become; false when nothing has to be written. */
    static boolean merge(ObjectNode live, Map<String, JsonNode> wanted) {
        Map<String, JsonNode> last = last(live);
        if (last.equals(wanted)) {
            return false;
        }
        for (String path : last.keySet()) {
            if (!wanted.containsKey(path)) {
                set(live, path, null);
            }
        }
        wanted.forEach((path, value) -> {
            if (!value.equals(last.get(path))) {
                set(live, path, value);
            }
        });
        child(child(live, "metadata"), "annotations").put(ANNOTATION, text(wanted));
        return true;
    }

    private static void set(ObjectNode root, String path, @Nullable JsonNode value) {
        List<String> steps = new ArrayList<>(List.of(path.substring(1).split("/")));
        String last = unescape(steps.removeLast());
        ObjectNode at = root;
        boolean named = false;
        for (String step : steps) {
            String name = unescape(step);
            if (named) {
                at = element(at.withArray(NAMED), name);
                named = false;
            } else if (name.equals(NAMED)) {
                named = true;
            } else {
                at = child(at, name);
            }
        }
        if (value == null) {
            at.remove(last);
        } else {
            at.set(last, value.deepCopy());
        }
    }

    private static ObjectNode element(ArrayNode list, String name) {
        for (JsonNode one : list) {
            if (one instanceof ObjectNode object
                    && object.path("name").asString("").equals(name)) {
                return object;
            }
        }
        return list.addObject().put("name", name);
    }

    private static ObjectNode child(ObjectNode parent, String name) {
        return parent.get(name) instanceof ObjectNode object ? object : parent.putObject(name);
    }

    private static String escape(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }

    private static String unescape(String name) {
        return name.replace("~1", "/").replace("~0", "~");
    }
}
