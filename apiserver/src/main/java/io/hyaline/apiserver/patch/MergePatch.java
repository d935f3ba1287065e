package io.hyaline.apiserver.patch;

import io.hyaline.apiserver.json.Json;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** JSON merge patch, RFC 7386. */
public final class MergePatch {
    private MergePatch() {}

    /** The patched copy; the inputs stay as they are. */
    public static ObjectNode apply(ObjectNode object, JsonNode patch) throws PatchException {
        if (!(patch instanceof ObjectNode changes)) {
            throw PatchException.malformed("a merge patch is an object");
        }
        return merge(object, changes);
    }

    private static ObjectNode merge(ObjectNode object, ObjectNode patch) {
        ObjectNode result = object.deepCopy();
        for (Map.Entry<String, JsonNode> entry : patch.properties()) {
            JsonNode value = entry.getValue();
            if (value.isNull()) {
                result.remove(entry.getKey());
            } else if (value instanceof ObjectNode nested) {
                ObjectNode target = result.get(entry.getKey()) instanceof ObjectNode there ? there : Json.object();
                result.set(entry.getKey(), merge(target, nested));
            } else {
                result.set(entry.getKey(), value.deepCopy());
            }
        }
        return result;
    }
}
