package io.hyaline.inject;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Labels and annotations that tell others what was injected; what the author wrote stays. */
final class PodMetadata {

    static final String STATUS = "sidecar.istio.io/status";
    static final String OVERRIDES = "proxy.istio.io/overrides";
    private static final String PROMETHEUS = "prometheus.io/";

    private PodMetadata() {}

    static void write(Pod pod, ProxySettings settings, InjectionConfig config, @Nullable ObjectNode earlierMetrics) {
        ObjectNode labels = Tree.object(pod.metadata(), "labels");
        setIfAbsent(labels, "security.istio.io/tlsMode", "istio");
        setIfAbsent(labels, "service.istio.io/canonical-name", canonicalName(pod));
        setIfAbsent(
                labels,
                "service.istio.io/canonical-revision",
                pod.label("app.kubernetes.io/version", pod.label("version", "latest")));
        ObjectNode annotations = Tree.object(pod.metadata(), "annotations");
        annotations.put("istio.io/rev", config.revision());
        List<ObjectNode> applications = pod.applicationContainers();
        if (!applications.isEmpty()) {
            String first = Tree.text(applications.getFirst(), "name");
            setIfAbsent(annotations, "kubectl.kubernetes.io/default-container", first);
            setIfAbsent(annotations, "kubectl.kubernetes.io/default-logs-container", first);
        }
        prometheus(pod, annotations, settings.statusPort(), earlierMetrics);
    }

    private static String canonicalName(Pod pod) {
        String absent = Workload.of(pod).name();
        return pod.label("app.kubernetes.io/name", pod.label("app", absent));
    }

    /** The application's own metrics are fetched by the agent, whose port scrapers are pointed at. */
    private static void prometheus(
            Pod pod, ObjectNode annotations, int statusPort, @Nullable ObjectNode earlierMetrics) {
        String port = Integer.toString(statusPort);
        String scrape = pod.annotation(PROMETHEUS + "scrape", "");
        if (statusPort == 0 || scrape.equals("false")) {
            return;
        }
        boolean pointedAtTheAgent = pod.annotation(PROMETHEUS + "port", "").equals(port);
        ObjectNode metrics = pointedAtTheAgent ? earlierMetrics : applicationMetrics(pod, scrape);
        ObjectNode proxy = Tree.named(pod.containers(), Pod.PROXY);
        if (proxy == null) {
            proxy = Tree.named(pod.tree().path("spec").path("initContainers"), Pod.PROXY);
        }
        if (proxy != null && metrics != null) {
            Tree.array(proxy, "env").add(metrics);
        }
        if (!pointedAtTheAgent) {
            annotations.put(PROMETHEUS + "path", "/stats/prometheus");
            annotations.put(PROMETHEUS + "port", port);
            annotations.put(PROMETHEUS + "scrape", "true");
        }
    }

    private static @Nullable ObjectNode applicationMetrics(Pod pod, String scrape) {
        if (!pod.annotated(PROMETHEUS + "port") && !pod.annotated(PROMETHEUS + "path")) {
            return null;
        }
        ObjectNode application = Tree.object(
                "scrape", scrape,
                "path", pod.annotation(PROMETHEUS + "path", ""),
                "port", pod.annotation(PROMETHEUS + "port", ""));
        return Tree.object("name", Earlier.METRICS, "value", application.toString());
    }

    /** What was added, so that a later injection can take it away again. */
    static void writeStatus(
            Pod pod,
            List<String> initContainers,
            List<String> containers,
            List<String> volumes,
            InjectionConfig config) {
        ObjectNode status = Tree.object("initContainers", initContainers, "containers", containers, "volumes", volumes);
        if (config.imagePullSecrets().isEmpty()) {
            status.putNull("imagePullSecrets");
        } else {
            status.set("imagePullSecrets", Tree.MAPPER.valueToTree(config.imagePullSecrets()));
        }
        status.put("revision", config.revision());
        Tree.object(pod.metadata(), "annotations").put(STATUS, status.toString());
    }

    static JsonNode status(Pod pod) {
        String text = pod.annotation(STATUS, "");
        if (text.isEmpty()) {
            return Tree.object();
        }
        try {
            return Tree.parse(text);
        } catch (RuntimeException e) {
            throw new InjectException("annotation " + STATUS + " is not JSON; remove it from the pod", e);
        }
    }

    private static void setIfAbsent(ObjectNode object, String key, String value) {
        if (!object.has(key)) {
            object.put(key, value);
        }
    }
}
