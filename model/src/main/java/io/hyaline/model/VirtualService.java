package io.hyaline.model;

import io.hyaline.model.route.Destination;
import io.hyaline.model.route.HttpAction;
import io.hyaline.model.route.HttpRoute;
import io.hyaline.model.route.L4Route;
import io.hyaline.model.route.WeightedDestination;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

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

    /** All hosts to which it sends something, copies of requests included. */
    public Stream<Destination> destinations() {
        Stream<Destination> ofRequests = http.stream()
                .flatMap(route -> Stream.concat(
                        route.action() instanceof HttpAction.Forward forward
                                ? forward.destinations().stream().map(WeightedDestination::destination)
                                : Stream.empty(),
                        route.mirrors().stream().map(HttpRoute.Mirror::destination)));
        Stream<Destination> ofBytes = Stream.concat(tls.stream(), tcp.stream())
                .flatMap(route -> route.destinations().stream())
                .map(WeightedDestination::destination);
        return Stream.concat(ofRequests, ofBytes);
    }

    public boolean boundTo(String gateway) {
        return gateways.contains(gateway);
    }

    /** Whether proxies of a namespace are to know of it. */
    public boolean visibleIn(String namespace) {
        return exportTo.isEmpty() || exportTo.contains("*") || exportTo.contains(namespace);
    }
}
