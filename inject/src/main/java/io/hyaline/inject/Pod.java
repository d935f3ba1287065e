package io.hyaline.inject;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A pod, or a pod template, while it is being changed. */
record Pod(ObjectNode tree, String namespace) {

    static final String PROXY = "istio-proxy";
    static final String INIT = "istio-init";

    ObjectNode metadata() {
        return Tree.object(tree, "metadata");
    }

    ObjectNode spec() {
        return Tree.object(tree, "spec");
    }

    ArrayNode containers() {
        return Tree.array(spec(), "containers");
    }

    ArrayNode initContainers() {
        return Tree.array(spec(), "initContainers");
    }

    ArrayNode volumes() {
        return Tree.array(spec(), "volumes");
    }

    String annotation(String key, String absent) {
        return tree.path("metadata").path("annotations").path(key).asString(absent);
    }

    boolean annotated(String key) {
        return tree.path("metadata").path("annotations").has(key);
    }

    String label(String key, String absent) {
        return tree.path("metadata").path("labels").path(key).asString(absent);
    }

    boolean hostNetwork() {
        return tree.path("spec").path("hostNetwork").asBoolean(false);
    }

    /** The containers of the application, native sidecars of others included. */
    List<ObjectNode> applicationContainers() {
        List<ObjectNode> found = new ArrayList<>();
        for (ObjectNode container : Tree.objects(containers())) {
            if (!Tree.text(container, "name").equals(PROXY)) {
                found.add(container);
            }
        }
        for (ObjectNode container : Tree.objects(tree.path("spec").path("initContainers"))) {
            boolean restarts = Tree.text(container, "restartPolicy").equals("Always");
            if (restarts && !Tree.text(container, "name").equals(PROXY)) {
                found.add(container);
            }
        }
        return found;
    }

    /** The pod's annotations as a plain map. */
    java.util.Map<String, String> annotations() {
        java.util.Map<String, String> found = new java.util.LinkedHashMap<>();
        for (var one : tree.path("metadata").path("annotations").properties()) {
            JsonNode value = one.getValue();
            found.put(one.getKey(), value.asString(""));
        }
        return found;
    }
}
