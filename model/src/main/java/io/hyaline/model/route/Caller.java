package io.hyaline.model.route;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which proxies a match is for.
 *
 * @param port of the listener; 0 means every one
 * @param gateways narrows those of the VirtualService; empty means all of them
 */
public record Caller(int port, List<String> gateways, Map<String, String> labels, String namespace) {
    public static final Caller ANY = new Caller(0, List.of(), Map.of(), "");

    public Caller {
        gateways = List.copyOf(gateways);
        labels = Map.copyOf(labels);
    }

    /** A proxy at one of its listeners, as which gateways it acts there ({@code mesh} for a sidecar). */
    public record Asking(int port, Set<String> gateways, Map<String, String> labels, String namespace) {}

    /** Labels and namespace say nothing when gateways are named. */
    public boolean includes(Asking proxy) {
        if (port != 0 && port != proxy.port()) {
            return false;
        }
        if (!gateways.isEmpty()) {
            return gateways.stream().anyMatch(proxy.gateways()::contains);
        }
        return proxy.labels().entrySet().containsAll(labels.entrySet())
                && (namespace.isEmpty() || namespace.equals(proxy.namespace()));
    }
}
