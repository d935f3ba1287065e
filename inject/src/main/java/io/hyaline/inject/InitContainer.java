package io.hyaline.inject;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The container that asks for capture; on a node of ours the node itself does what its arguments say. */
final class InitContainer {

    private InitContainer() {}

    static ObjectNode of(ProxySettings settings, InjectionConfig config, String proxyUser) {
        List<String> arguments = new ArrayList<>(settings.initArguments());
        int user = arguments.indexOf("-u");
        arguments.set(user + 1, proxyUser);
        ObjectNode container =
                Tree.object("name", Pod.INIT, "image", config.image(), "args", arguments, "resources", resources());
        if (!settings.metadata().isEmpty()) {
            ArrayNode env = container.putArray("env");
            settings.metadata().forEach((name, value) -> env.add(Tree.object("name", name, "value", value)));
        }
        container.set(
                "securityContext",
                Tree.object(
                        "allowPrivilegeEscalation",
                        false,
                        "capabilities",
                        Tree.object("add", List.of("NET_ADMIN", "NET_RAW"), "drop", List.of("ALL")),
                        "privileged",
                        false,
                        "readOnlyRootFilesystem",
                        false,
                        "runAsGroup",
                        0,
                        "runAsNonRoot",
                        false,
                        "runAsUser",
                        0));
        return container;
    }

    static ObjectNode resources() {
        return Tree.object(
                "limits", Tree.object("cpu", "2", "memory", "1Gi"),
                "requests", Tree.object("cpu", "100m", "memory", "128Mi"));
    }
}
