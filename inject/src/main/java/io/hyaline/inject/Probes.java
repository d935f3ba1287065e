package io.hyaline.inject;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Points the kubelet's probes at the agent beside the proxy, which repeats them from inside the pod: a probe has no
 * client certificate and would be refused under strict mutual TLS.
 */
final class Probes {

    private static final Map<String, String> PROBES =
            Map.of("livenessProbe", "livez", "readinessProbe", "readyz", "startupProbe", "startupz");
    private static final Map<String, String> HOOKS = Map.of("preStop", "prestopz", "postStart", "poststartz");
    private static final int MAX_PROBERS = 1000;

    private final int statusPort;
    private final Map<String, JsonNode> originals = new LinkedHashMap<>();

    private Probes(int statusPort) {
        this.statusPort = statusPort;
    }

    /** Rewrites the probes of {@code pod}; returns the originals by the path that stands for each. */
    static Map<String, JsonNode> rewrite(Pod pod, int statusPort) {
        Probes probes = new Probes(statusPort);
        for (ObjectNode container : pod.applicationContainers()) {
            probes.container(container);
        }
        return probes.originals;
    }

    private void container(ObjectNode container) {
        String name = Tree.text(container, "name");
        for (String kind : new String[] {"livenessProbe", "readinessProbe", "startupProbe"}) {
            if (container.path(kind) instanceof ObjectNode probe) {
                probe(container, probe, "/app-health/" + name + "/" + PROBES.get(kind));
            }
        }
        JsonNode lifecycle = container.path("lifecycle");
        for (String hook : new String[] {"preStop", "postStart"}) {
            if (lifecycle.path(hook) instanceof ObjectNode action && !action.has("exec")) {
                probe(container, action, "/app-lifecycle/" + name + "/" + HOOKS.get(hook));
            }
        }
    }

    private void probe(ObjectNode container, ObjectNode probe, String path) {
        ObjectNode original = Tree.object();
        ObjectNode replacement = Tree.object();
        if (probe.path("httpGet") instanceof ObjectNode http) {
            if (Tree.text(http, "path").equals(path)) {
                return;
            }
            original.set("httpGet", resolved(container, http));
            replacement = http.deepCopy();
            if (Tree.text(http, "scheme").equals("HTTPS")) {
                replacement.put("scheme", "HTTP");
            }
            replacement.remove("host");
        } else if (probe.path("tcpSocket") instanceof ObjectNode tcp) {
            original.set("tcpSocket", resolved(container, tcp));
        } else if (probe.path("grpc") instanceof ObjectNode grpc) {
            original.set("grpc", grpc.deepCopy());
        } else {
            return;
        }
        if (probe.has("timeoutSeconds")) {
            original.set("timeoutSeconds", probe.path("timeoutSeconds"));
        }
        if (originals.size() >= MAX_PROBERS) {
            throw new InjectException("the pod has more than " + MAX_PROBERS + " probes");
        }
        originals.put(path, original);
        probe.remove(java.util.List.of("httpGet", "tcpSocket", "grpc"));
        probe.set("httpGet", replacement.put("path", path).put("port", statusPort));
    }

    /** The agent does not know the names of ports, so it gets the number. */
    private static ObjectNode resolved(ObjectNode container, ObjectNode action) {
        ObjectNode copy = action.deepCopy();
        JsonNode port = action.path("port");
        if (!port.isString()) {
            return copy;
        }
        for (ObjectNode declared : Tree.objects(container.path("ports"))) {
            if (Tree.text(declared, "name").equals(port.stringValue())) {
                copy.set("port", declared.path("containerPort"));
                return copy;
            }
        }
        if (port.stringValue().matches("[0-9]{1,5}")) {
            copy.put("port", Integer.parseInt(port.stringValue()));
            return copy;
        }
        throw new InjectException("container " + Tree.text(container, "name") + " has a probe on port "
                + port.stringValue() + ", which is none of its ports");
    }
}
