package io.hyaline.model;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A Kubernetes Service.
 *
 * @param host the fully qualified name, {@code httpbin.default.svc.cluster.local}
 * @param addresses the virtual addresses, IPv4 first; empty when headless
 * @param externalName the name a Service of type ExternalName stands for, or empty
 */
public record Service(
        ObjectKey key,
        String host,
        List<String> addresses,
        boolean headless,
        List<ServicePort> ports,
        Map<String, String> selector,
        String externalName,
        boolean publishNotReady,
        Instant created) {
    public Service {
        addresses = List.copyOf(addresses);
        ports = List.copyOf(ports);
        selector = Map.copyOf(selector);
    }

    public boolean selects(String namespace, Map<String, String> labels) {
        return !selector.isEmpty()
                && key.namespace().equals(namespace)
                && labels.entrySet().containsAll(selector.entrySet());
    }
}
