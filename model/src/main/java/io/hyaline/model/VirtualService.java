package io.hyaline.model;

import io.hyaline.model.route.HttpRoute;
import io.hyaline.model.route.L4Route;
import java.time.Instant;
import java.util.List;

/**
 * A VirtualService object.
 *
 * @param hosts fully qualified; empty for one that others delegate to
 * @param gateways {@code namespace/name}, or {@link #MESH} for the sidecars
 * @param exportTo namespaces, or {@code *}; empty means everywhere
 */
public record VirtualService(
        ObjectKey key,
        Instant created,
        List<String> hosts,
        List<String> gateways,
        List<HttpRoute> http,
        List<L4Route> tls,
        List<L4Route> tcp,
        List<String> exportTo) {
    public static final String MESH = "mesh";

    public VirtualService {
        hosts = List.copyOf(hosts);
        gateways = List.copyOf(gateways);
        http = List.copyOf(http);
        tls = List.copyOf(tls);
        tcp = List.copyOf(tcp);
        exportTo = List.copyOf(exportTo);
    }

    public boolean isDelegate() {
        return hosts.isEmpty();
    }

    public boolean boundTo(String gateway) {
        return gateways.contains(gateway);
    }

    /** Whether proxies of a namespace are to know of it. */
    public boolean visibleIn(String namespace) {
        return exportTo.isEmpty() || exportTo.contains("*") || exportTo.contains(namespace);
    }
}
