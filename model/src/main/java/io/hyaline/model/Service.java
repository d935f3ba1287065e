package io.hyaline.model;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Something that can be called by a name: a Kubernetes Service, or a host of a ServiceEntry.
 *
 * @param key of the Service; of a ServiceEntry its namespace and the host
 * @param host the fully qualified name, {@code httpbin.default.svc.cluster.local}; of a ServiceEntry maybe a wildcard
 * @param addresses the virtual addresses, IPv4 first; empty when there are none
 * @param externalName the name a Service of type ExternalName stands for, or empty
 * @param external no part of the mesh: nothing there speaks its TLS
 * @param exportTo namespaces, or {@code *}; empty means everywhere
 */
public record Service(
        ObjectKey key,
        String host,
        List<String> addresses,
        Resolution resolution,
        List<ServicePort> ports,
        Map<String, String> selector,
        String externalName,
        boolean publishNotReady,
        Instant created,
        boolean external,
        List<String> exportTo) {
    /** How the address of a call's destination is found. */
    public enum Resolution {
        /** One of the endpoints. */
        ENDPOINTS,
        /** The endpoint that the caller chose itself. */
        HEADLESS,
        /** Wherever the caller wanted to go. */
        PASSTHROUGH,
        /** By asking for the endpoints' names. */
        DNS,
        /** The same, by the first answer only. */
        DNS_ROUND_ROBIN
    }

    public Service {
        addresses = List.copyOf(addresses);
        ports = List.copyOf(ports);
        selector = Map.copyOf(selector);
        exportTo = List.copyOf(exportTo);
    }

    public boolean headless() {
        return resolution == Resolution.HEADLESS;
    }

    /** The connection itself says where it goes. */
    public boolean followsDestination() {
        return resolution == Resolution.HEADLESS || resolution == Resolution.PASSTHROUGH;
    }

    /** The proxy asks DNS for it. */
    public boolean resolvedByName() {
        return resolution == Resolution.DNS || resolution == Resolution.DNS_ROUND_ROBIN;
    }

    /** Its endpoints are told apart from it. */
    public boolean hasEndpoints() {
        return resolution == Resolution.ENDPOINTS;
    }

    /** Whether an endpoint may get traffic. */
    public boolean serves(Endpoint endpoint) {
        return endpoint.ready() || publishNotReady;
    }

    public boolean visibleIn(String namespace) {
        return exportTo.isEmpty() || exportTo.contains("*") || exportTo.contains(namespace);
    }

    public boolean selects(String namespace, Map<String, String> labels) {
        return !selector.isEmpty()
                && key.namespace().equals(namespace)
                && labels.entrySet().containsAll(selector.entrySet());
    }
}
