package io.hyaline.model;

import java.util.List;
import java.util.Map;

/**
 * The proxy that asks, as it introduced itself.
 *
 * @param id the whole node id, {@code sidecar~172.20.1.5~httpbin-x.default~default.svc.cluster.local}
 * @param version ISTIO_VERSION, or empty
 * @param addresses INSTANCE_IPS, or the address of the id; the primary one first
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

    /** IPv6 only: listeners bind to :: then, and 127.0.0.6 becomes ::6. With both they bind to 0.0.0.0, and to :: as well. */
    public Families families() {
        return Families.of(addresses);
    }

    /** The kinds of addresses that a proxy has, and so those that it can reach and listen at. */
    public enum Families {
        IPV4,
        IPV6,
        /** IPv4 first. */
        BOTH,
        /** IPv6 first. */
        BOTH_IPV6_FIRST;

        /** Whoever has not said anything has IPv4. */
        private static Families of(List<String> addresses) {
            boolean six = addresses.stream().anyMatch(Families::isIpv6);
            boolean four = addresses.isEmpty() || addresses.stream().anyMatch(a -> !isIpv6(a));
            if (six && four) {
                return isIpv6(addresses.getFirst()) ? BOTH_IPV6_FIRST : BOTH;
            }
            return six ? IPV6 : IPV4;
        }

        public boolean both() {
            return this == BOTH || this == BOTH_IPV6_FIRST;
        }

        /** Whether the primary address is one of IPv6. */
        public boolean ipv6First() {
            return this == IPV6 || this == BOTH_IPV6_FIRST;
        }

        public boolean has(String address) {
            return both() || isIpv6(address) == (this == IPV6);
        }

        public static boolean isIpv6(String address) {
            return address.contains(":");
        }
    }
}
