package io.hyaline.inject;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Lays the container that a pod's author wrote over the one that injection makes; the author wins. */
final class ContainerMerge {

    /** Lists whose members are told apart by one field, as Kubernetes' strategic merge does. */
    private static final Map<String, String> KEYS = Map.of(
            "env", "name",
            "ports", "containerPort",
            "volumeMounts", "mountPath",
            "volumeDevices", "devicePath");

    private static final String AUTO_IMAGE = "auto";

    private ContainerMerge() {}

    static ObjectNode over(ObjectNode injected, ObjectNode written) {
        ObjectNode overlay = written.deepCopy();
        if (Tree.text(overlay, "image").equals(AUTO_IMAGE)) {
            overlay.remove("image");
        }
        ObjectNode merged = injected.deepCopy();
        merge(merged, overlay);
        return merged;
    }

    private static void merge(ObjectNode target, ObjectNode overlay) {
        for (Map.Entry<String, JsonNode> field : overlay.properties()) {
            String name = field.getKey();
            JsonNode value = field.getValue();
            if (value.isNull()) {
                target.remove(name);
            } else if (value instanceof ObjectNode object && target.path(name) instanceof ObjectNode there) {
                merge(there, object);
            } else if (value instanceof ArrayNode list && target.path(name) instanceof ArrayNode there) {
                target.set(name, mergeLists(there, list, KEYS.getOrDefault(name, "")));
            } else {
                target.set(name, value);
            }
        }
    }

    /** What the author lists comes first, then what only injection has. */
    private static JsonNode mergeLists(ArrayNode there, ArrayNode overlay, String key) {
        if (key.isEmpty()) {
            return overlay;
        }
        List<ObjectNode> left = new ArrayList<>(Tree.objects(there));
        ArrayNode merged = Tree.MAPPER.createArrayNode();
        for (ObjectNode member : Tree.objects(overlay)) {
            ObjectNode same = left.stream()
                    .filter(one -> one.path(key).equals(member.path(key)))
                    .findFirst()
                    .orElse(null);
            if (same == null) {
                merged.add(member);
            } else {
                left.remove(same);
                ObjectNode both = same.deepCopy();
                merge(both, member);
                merged.add(both);
            }
        }
        left.forEach(merged::add);
        return merged;
    }
}
