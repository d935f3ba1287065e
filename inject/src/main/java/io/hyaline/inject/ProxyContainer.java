package io.hyaline.inject;

import io.hyaline.capture.plan.InterceptionMode;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The sidecar's container. */
final class ProxyContainer {

    private static final String SIDECAR = "sidecar.istio.io/";
    private static final String READINESS = "readiness.status.sidecar.istio.io/";
    private static final int HEALTH_PORT = 15021;
    private static final int STATISTICS_PORT = 15090;

    private final Pod pod;
    private final ProxySettings settings;
    private final InjectionConfig config;

    private ProxyContainer(Pod pod, ProxySettings settings, InjectionConfig config) {
        this.pod = pod;
        this.settings = settings;
        this.config = config;
    }

    static ObjectNode of(Pod pod, ProxySettings settings, InjectionConfig config) {
        return new ProxyContainer(pod, settings, config).build();
    }

    private ObjectNode build() {
        ObjectNode container = Tree.object(
                "name", Pod.PROXY,
                "image", pod.annotation(SIDECAR + "proxyImage", config.image()),
                "args", arguments(),
                "ports",
                        List.of(Tree.object(
                                "containerPort", STATISTICS_PORT, "name", "http-envoy-prom", "protocol", "TCP")));
        if (settings.nativeSidecar()) {
            container.put("restartPolicy", "Always");
        }
        lifecycle(container);
        container.set("env", Tree.MAPPER.valueToTree(Environment.of(pod, settings, config)));
        if (settings.statusPort() != 0) {
            container.set("startupProbe", health(0, 1, 600));
            container.set(
                    "readinessProbe",
                    health(
                            number("initialDelaySeconds", 0),
                            number("periodSeconds", 15),
                            number("failureThreshold", 4)));
        }
        container.set("resources", resources());
        container.set("securityContext", security());
        ArrayNode mounts = container.putArray("volumeMounts");
        Volumes.mounts().forEach(mounts::add);
        userVolumes("userVolumeMount").forEach(mounts::add);
        return container;
    }

    private List<String> arguments() {
        return List.of(
                "proxy",
                "sidecar",
                "--domain",
                "$(POD_NAMESPACE).svc.cluster.local",
                "--proxyLogLevel="
                        + pod.annotation(SIDECAR + "logLevel", config.sidecar().logLevel()),
                "--proxyComponentLogLevel="
                        + pod.annotation(
                                SIDECAR + "componentLogLevel", config.sidecar().componentLogLevel()),
                "--log_output_level=" + pod.annotation(SIDECAR + "agentLogLevel", "default:info"));
    }

    private void lifecycle(ObjectNode container) {
        if (settings.nativeSidecar()) {
            container.set(
                    "lifecycle",
                    Tree.object("preStop", exec("pilot-agent", "request", "--debug-port=15020", "POST", "drain")));
        } else if (settings.holdApplication()) {
            container.set("lifecycle", Tree.object("postStart", exec("pilot-agent", "wait")));
        }
    }

    private static ObjectNode exec(String... command) {
        return Tree.object("exec", Tree.object("command", List.of(command)));
    }

    private static ObjectNode health(int delay, int period, int failures) {
        ObjectNode probe = Tree.object("httpGet", Tree.object("path", "/healthz/ready", "port", HEALTH_PORT));
        if (delay > 0) {
            probe.put("initialDelaySeconds", delay);
        }
        return probe.put("periodSeconds", period).put("timeoutSeconds", 3).put("failureThreshold", failures);
    }

    private int number(String name, int absent) {
        String text = pod.annotation(READINESS + name, Integer.toString(absent));
        if (!text.matches("[0-9]{1,6}")) {
            throw new InjectException("annotation " + READINESS + name + " " + text + ": must be a number");
        }
        return Integer.parseInt(text);
    }

    /** One of the pod's own figures replaces all of the mesh's, so that no limit is left below a request. */
    private ObjectNode resources() {
        String cpu = pod.annotation(SIDECAR + "proxyCPU", "");
        String memory = pod.annotation(SIDECAR + "proxyMemory", "");
        String cpuLimit = pod.annotation(SIDECAR + "proxyCPULimit", "");
        String memoryLimit = pod.annotation(SIDECAR + "proxyMemoryLimit", "");
        if ((cpu + memory + cpuLimit + memoryLimit).isEmpty()) {
            return InitContainer.resources();
        }
        ObjectNode resources = Tree.object();
        quantities(resources, "limits", cpuLimit, memoryLimit);
        quantities(resources, "requests", cpu, memory);
        return resources;
    }

    private static void quantities(ObjectNode resources, String kind, String cpu, String memory) {
        if (!cpu.isEmpty()) {
            Tree.object(resources, kind).put("cpu", cpu);
        }
        if (!memory.isEmpty()) {
            Tree.object(resources, kind).put("memory", memory);
        }
    }

    private ObjectNode security() {
        boolean tproxy = settings.mode() == InterceptionMode.TPROXY;
        ObjectNode capabilities = Tree.object();
        boolean root = switch (config.sidecar().privileges()) {
            case MARKS -> {
                if (settings.mode() != InterceptionMode.NONE) {
                    capabilities.putArray("add").add("NET_RAW");
                }
                yield false;
            }
            case ISTIO -> {
                if (tproxy) {
                    capabilities.putArray("add").add("NET_ADMIN");
                }
                yield tproxy;
            }
        };
        capabilities.putArray("drop").add("ALL");
        return Tree.object(
                "allowPrivilegeEscalation",
                false,
                "capabilities",
                capabilities,
                "privileged",
                false,
                "readOnlyRootFilesystem",
                true,
                "runAsGroup",
                1337,
                "runAsNonRoot",
                !root,
                "runAsUser",
                root ? 0 : 1337);
    }

    /** Volumes (or mounts) that a pod's author adds to the sidecar by annotation: a JSON object by name, or a list. */
    private List<ObjectNode> userVolumes(String annotation) {
        return userVolumes(pod, annotation);
    }

    static List<ObjectNode> userVolumes(Pod pod, String annotation) {
        String text = pod.annotation(SIDECAR + annotation, "");
        if (text.isBlank()) {
            return List.of();
        }
        JsonNode tree = Yaml.tree(text);
        if (tree instanceof ArrayNode) {
            return Tree.objects(tree);
        }
        List<ObjectNode> found = new ArrayList<>();
        for (var one : tree.properties()) {
            if (!(one.getValue() instanceof ObjectNode volume)) {
                throw new InjectException(
                        "annotation " + SIDECAR + annotation + ": " + one.getKey() + " must be an object");
            }
            ObjectNode named = Tree.object("name", one.getKey());
            named.setAll(volume);
            found.add(named);
        }
        return found;
    }
}
