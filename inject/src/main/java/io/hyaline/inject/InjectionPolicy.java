package io.hyaline.inject;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Who gets a sidecar. */
public final class InjectionPolicy {

    static final String INJECT = "sidecar.istio.io/inject";
    private static final String REVISION = "istio.io/rev";
    private static final String NAMESPACE = "istio-injection";
    private static final List<String> SYSTEM_NAMESPACES =
            List.of("kube-system", "kube-public", "kube-node-lease", "local-path-storage");

    private InjectionPolicy() {}

    /** The answer and, for people who wonder, the reason. */
    public record Verdict(boolean inject, String reason) {}

    /** Whether the webhook would be asked at all: the selectors of its four entries, in words. */
    public static boolean asked(Map<String, String> namespaceLabels, Map<String, String> podLabels, String revision) {
        if ("false".equals(podLabels.get(INJECT))) {
            return false;
        }
        String namespace = namespaceLabels.get(NAMESPACE);
        if (namespace != null) {
            return namespace.equals("enabled");
        }
        String namespaceRevision = namespaceLabels.get(REVISION);
        if (namespaceRevision != null) {
            return namespaceRevision.equals(revision);
        }
        String podRevision = podLabels.get(REVISION);
        return podRevision == null ? "true".equals(podLabels.get(INJECT)) : podRevision.equals(revision);
    }

    /** The injector's own decision, once it was asked. */
    static Verdict decide(Pod pod, InjectionConfig config) {
        if (pod.hostNetwork()) {
            return new Verdict(false, "the pod uses the host's network");
        }
        if (SYSTEM_NAMESPACES.contains(pod.namespace())) {
            return new Verdict(false, "namespace " + pod.namespace() + " is never injected");
        }
        String wish = pod.label(INJECT, pod.annotation(INJECT, ""));
        if (!wish.isEmpty()) {
            return switch (wish.toLowerCase(Locale.ROOT)) {
                case "y", "yes", "true", "on" -> new Verdict(true, INJECT + " is " + wish);
                default -> new Verdict(false, INJECT + " is " + wish);
            };
        }
        if (config.never().stream().anyMatch(labels -> hasAll(pod, labels))) {
            return new Verdict(false, "neverInjectSelector matches");
        }
        if (config.always().stream().anyMatch(labels -> hasAll(pod, labels))) {
            return new Verdict(true, "alwaysInjectSelector matches");
        }
        return new Verdict(config.injectByDefault(), "the mesh's policy");
    }

    private static boolean hasAll(Pod pod, Map<String, String> labels) {
        return labels.entrySet().stream()
                .allMatch(label -> pod.label(label.getKey(), "").equals(label.getValue()));
    }
}
