package io.hyaline.inject;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Undoes an earlier injection, so that injecting twice is injecting once. */
final class Earlier {

    static final String APP_PROBERS = "ISTIO_KUBE_APP_PROBERS";
    static final String METRICS = "ISTIO_PROMETHEUS_ANNOTATIONS";

    private Earlier() {}

    /** Removes what the pod's status annotation lists; returns the proxies that were there. */
    static List<ObjectNode> takeAway(Pod pod) {
        JsonNode status = PodMetadata.status(pod);
        if (status.isEmpty()) {
            return List.of();
        }
        List<ObjectNode> proxies = new ArrayList<>(Tree.objects(pod.containers()));
        proxies.addAll(Tree.objects(pod.initContainers()));
        proxies.removeIf(container -> !Tree.text(container, "name").equals(Pod.PROXY));
        Injector.removeNamed(pod.containers(), names(status.path("containers")));
        Injector.removeNamed(pod.initContainers(), names(status.path("initContainers")));
        Injector.removeNamed(pod.volumes(), names(status.path("volumes")));
        String overrides = pod.annotation(PodMetadata.OVERRIDES, "");
        if (!overrides.isEmpty()) {
            JsonNode written = Tree.parse(overrides);
            Tree.objects(written.path("containers")).forEach(pod.containers()::add);
            Tree.objects(written.path("initContainers")).forEach(pod.initContainers()::add);
        }
        return proxies;
    }

    /** The original probes that these proxies stood in for. */
    static Map<String, JsonNode> probes(List<ObjectNode> proxies) {
        Map<String, JsonNode> probes = new LinkedHashMap<>();
        for (ObjectNode proxy : proxies) {
            ObjectNode variable = Tree.named(proxy.path("env"), APP_PROBERS);
            if (variable != null) {
                Tree.parse(Tree.text(variable, "value"))
                        .properties()
                        .forEach(probe -> probes.put(probe.getKey(), probe.getValue()));
            }
        }
        return probes;
    }

    /** Where the application's own metrics were, before its annotations were pointed at the agent. */
    static @Nullable ObjectNode metrics(List<ObjectNode> proxies) {
        for (ObjectNode proxy : proxies) {
            ObjectNode variable = Tree.named(proxy.path("env"), METRICS);
            if (variable != null) {
                return variable;
            }
        }
        return null;
    }

    private static List<String> names(JsonNode list) {
        return list.values().stream().map(name -> name.asString("")).toList();
    }
}
