package io.hyaline.runtime.spec;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HostIP;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceFieldSelector;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Values of a pod's own fields, for environment variables and downward volumes. */
public final class Fields {

    private Fields() {}

    /** The value of {@code path}, such as {@code metadata.labels['app']}. */
    public static String value(Pod pod, String path) {
        int bracket = path.indexOf("['");
        if (bracket > 0 && path.endsWith("']")) {
            String key = path.substring(bracket + 2, path.length() - 2);
            return entries(pod, path.substring(0, bracket)).getOrDefault(key, "");
        }
        return switch (path) {
            case "metadata.name" -> pod.getMetadata().getName();
            case "metadata.namespace" -> pod.getMetadata().getNamespace();
            case "metadata.uid" -> pod.getMetadata().getUid();
            case "metadata.labels", "metadata.annotations" -> lines(entries(pod, path));
            case "spec.nodeName" -> orEmpty(pod.getSpec().getNodeName());
            case "spec.serviceAccountName" -> orEmpty(pod.getSpec().getServiceAccountName());
            case "status.hostIP" -> orEmpty(pod.getStatus().getHostIP());
            case "status.hostIPs" ->
                pod.getStatus().getHostIPs().stream().map(HostIP::getIp).collect(Collectors.joining(","));
            case "status.podIP" -> orEmpty(pod.getStatus().getPodIP());
            case "status.podIPs" ->
                pod.getStatus().getPodIPs().stream().map(PodIP::getIp).collect(Collectors.joining(","));
            default ->
                throw new IllegalArgumentException("field path '" + path + "' is not one that a pod can refer to");
        };
    }

    private static Map<String, String> entries(Pod pod, String path) {
        Map<String, String> found = switch (path) {
            case "metadata.labels" -> pod.getMetadata().getLabels();
            case "metadata.annotations" -> pod.getMetadata().getAnnotations();
            default -> throw new IllegalArgumentException("field path '" + path + "' has no keys");
        };
        return found == null ? Map.of() : found;
    }

    private static String lines(Map<String, String> entries) {
        return new TreeMap<>(entries)
                .entrySet().stream()
                        .map(e -> e.getKey() + "=" + quoted(e.getValue()))
                        .collect(Collectors.joining("\n"));
    }

    private static String quoted(String text) {
        String escaped = text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
        return '"' + escaped + '"';
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    /** The value of a resource reference such as {@code limits.cpu}; what is not limited is the machine's. */
    public static String resource(Container container, ResourceFieldSelector selector) {
        String[] path = selector.getResource().split("\\.", 2);
        if (path.length != 2) {
            throw new IllegalArgumentException(
                    "resource '" + selector.getResource() + "' is not limits.X or requests.X");
        }
        Quantity quantity = quantity(container, path[0], path[1]);
        BigDecimal amount = quantity != null ? Quantity.getAmountInBytes(quantity) : machine(path[1]);
        Quantity divisor = selector.getDivisor();
        BigDecimal by = divisor == null ? BigDecimal.ONE : Quantity.getAmountInBytes(divisor);
        if (by.signum() == 0) {
            by = BigDecimal.ONE;
        }
        return amount.divide(by, 0, RoundingMode.CEILING).toPlainString();
    }

    private static @Nullable Quantity quantity(Container container, String kind, String name) {
        if (container.getResources() == null) {
            return null;
        }
        Map<String, Quantity> limits = container.getResources().getLimits();
        Map<String, Quantity> requests = container.getResources().getRequests();
        Quantity limit = limits == null ? null : limits.get(name);
        Quantity request = requests == null ? null : requests.get(name);
        return kind.equals("requests") && request != null ? request : limit;
    }

    private static BigDecimal machine(String resource) {
        return switch (resource) {
            case "cpu" -> BigDecimal.valueOf(Runtime.getRuntime().availableProcessors());
            case "memory" -> BigDecimal.valueOf(Machine.memoryBytes());
            default -> BigDecimal.ZERO;
        };
    }
}
