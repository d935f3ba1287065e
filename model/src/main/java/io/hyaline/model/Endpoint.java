package io.hyaline.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One address behind one port of a Service.
 *
 * @param address an IP address; a name where the Service is resolved by name
 * @param pod null when no pod is named for it
 * @param labels its own; a pod's labels are the pod's
 */
public record Endpoint(
        String portName,
        String address,
        int port,
        boolean ready,
        @Nullable ObjectKey pod,
        Map<String, String> labels,
        int weight) {
    public Endpoint {
        labels = Map.copyOf(labels);
    }

    public static Endpoint of(String portName, String address, int port, boolean ready, @Nullable ObjectKey pod) {
        return new Endpoint(portName, address, port, ready, pod, Map.of(), 1);
    }
}
