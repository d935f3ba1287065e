package io.hyaline.pilot.generate;

import io.envoyproxy.envoy.config.core.v3.CidrRange;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch;
import io.hyaline.model.MeshConfig;
import io.hyaline.model.ProxyNode;
import io.hyaline.model.VirtualService;
import io.hyaline.model.route.Caller;
import io.hyaline.model.route.Destination;
import io.hyaline.model.route.L4Route;
import io.hyaline.pilot.filter.TcpProxies;
import io.hyaline.pilot.route.Destinations;
import io.hyaline.pilot.wire.Names;
import io.hyaline.pilot.wire.Protos;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Filter chains of a sidecar for connections of which it sees no requests. */
final class OutboundChains {
    /** @param rest takes what none of the others takes */
    record Bytes(List<FilterChain> matched, FilterChain rest) {}

    private final MeshConfig mesh;
    private final ProxyNode node;
    private final Outbound outbound;
    private final Destinations destinations;

    OutboundChains(MeshConfig mesh, ProxyNode node, Outbound outbound) {
        this.mesh = mesh;
        this.node = node;
        this.outbound = outbound;
        this.destinations = outbound.destinations();
    }

    Filter toService(Outbound.Port port) {
        String host = port.service().host();
        int number = port.port().port();
        Destination itself = new Destination(host, "", number);
        return TcpProxies.to(mesh, Names.outboundCluster(number, "", host), destinations.policy(itself, number));
    }

    /** By {@code tcp} routes: those for certain destinations, then the first for all, or the Service itself. */
    Bytes bytes(Outbound.Port port) {
        List<FilterChain> matched = new ArrayList<>();
        VirtualService said = outbound.virtualServices()
                .of(port.service().host(), v -> !v.tcp().isEmpty());
        for (L4Route route : said == null ? List.<L4Route>of() : said.tcp()) {
            if (route.matches().isEmpty()) {
                return new Bytes(matched, chain(port, route).build());
            }
            for (L4Route.Match match : route.matches()) {
                if (match.caller().includes(asking(port))
                        && match.destinationSubnets().isEmpty()) {
                    return new Bytes(matched, chain(port, route).build());
                }
                if (match.caller().includes(asking(port))) {
                    matched.add(chain(port, route)
                            .setFilterChainMatch(FilterChainMatch.newBuilder().addAllPrefixRanges(ranges(match)))
                            .build());
                }
            }
        }
        return new Bytes(
                matched, FilterChain.newBuilder().addFilters(toService(port)).build());
    }

    /** By {@code tls} routes; without any by the host, since no address tells it apart. */
    List<FilterChain> byServerName(Outbound.Port port, Set<String> taken) {
        List<FilterChain> chains = byRoutes(port, taken);
        String host = port.service().host();
        if (chains.isEmpty() && taken.add(host)) {
            return List.of(FilterChain.newBuilder()
                    .setFilterChainMatch(FilterChainMatch.newBuilder().addServerNames(host))
                    .addFilters(toService(port))
                    .build());
        }
        return chains;
    }

    List<FilterChain> byRoutes(Outbound.Port port, Set<String> taken) {
        List<FilterChain> chains = new ArrayList<>();
        VirtualService said = outbound.virtualServices()
                .of(port.service().host(), v -> !v.tls().isEmpty());
        for (L4Route route : said == null ? List.<L4Route>of() : said.tls()) {
            for (L4Route.Match match : route.matches()) {
                List<String> names = match.caller().includes(asking(port))
                        ? match.serverNames().stream()
                                .filter(n -> !match.destinationSubnets().isEmpty() || taken.add(n))
                                .toList()
                        : List.of();
                if (!names.isEmpty()) {
                    FilterChainMatch.Builder matched =
                            FilterChainMatch.newBuilder().addAllPrefixRanges(ranges(match));
                    chains.add(chain(port, route)
                            .setFilterChainMatch(
                                    names.contains("*")
                                            ? matched.setTransportProtocol("tls")
                                            : matched.addAllServerNames(names))
                            .build());
                }
            }
        }
        return chains;
    }

    private FilterChain.Builder chain(Outbound.Port port, L4Route route) {
        return FilterChain.newBuilder()
                .addFilters(TcpProxies.to(
                        mesh, route.destinations(), destinations, port.port().port()));
    }

    private Caller.Asking asking(Outbound.Port port) {
        return new Caller.Asking(port.port().port(), Set.of(VirtualService.MESH), node.labels(), node.namespace());
    }

    private static List<CidrRange> ranges(L4Route.Match match) {
        return match.destinationSubnets().stream().map(OutboundChains::range).toList();
    }

    private static CidrRange range(String subnet) {
        int slash = subnet.indexOf('/');
        String address = slash < 0 ? subnet : subnet.substring(0, slash);
        int whole = address.contains(":") ? 128 : 32;
        return CidrRange.newBuilder()
                .setAddressPrefix(address)
                .setPrefixLen(Protos.uint32(slash < 0 ? whole : Integer.parseInt(subnet.substring(slash + 1))))
                .build();
    }
}
