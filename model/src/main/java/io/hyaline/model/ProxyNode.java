package io.hyaline.model;

import java.util.List;
import java.util.Map;

/**
 * The proxy that asks, as it introduced itself.
 *
 * @param id the whole node id, {@code sidecar~172.20.1.5~httpbin-x.default~default.svc.cluster.local}
 * @param version ISTIO_VERSION, or empty
 * @param addresses INSTANCE_IPS, or the address of the id
 * @param metadata the metadata keys with string values; EnvoyFilters match them
 */
public record ProxyNode(
        String id,
        Kind kind,
        ObjectKey pod,
        String version,
        Map<String, String> labels,
        String serviceAccount,
        InterceptionMode interception,
        List<String> addresses,
        List<ContainerPort> ports,
        Map<String, String> metadata) {
    public enum Kind {
        SIDECAR,
        GATEWAY
    }

    public ProxyNode {
        labels = Map.copyOf(labels);
        addresses = List.copyOf(addresses);
        ports = List.copyOf(ports);
        metadata = Map.copyOf(metadata);
    }

    /** As people know it: {@code pod.namespace}. */
    public String name() {
        return pod.name() + "." + pod.namespace();
    }

    public String namespace() {
        return pod.namespace();
    }

    public Families families() {
        return Families.of(addresses);
    }

    /** Only IPv6 addresses: listeners bind to :: then, and 127.0.0.6 becomes ::6. */
    public boolean ipv6Only() {
        return !addresses.isEmpty() && addresses.stream().allMatch(address -> address.contains(":"));
    }
}
