package io.hyaline.pilot.generate;

import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch;
import io.hyaline.model.MeshConfig;
import io.hyaline.model.ProxyNode;
import io.hyaline.model.VirtualService;
import io.hyaline.model.gateway.Server;
import io.hyaline.model.gateway.ServerTls;
import io.hyaline.model.host.Hosts;
import io.hyaline.model.route.Caller;
import io.hyaline.model.route.L4Route;
import io.hyaline.pilot.filter.TcpProxies;
import io.hyaline.pilot.route.Destinations;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Filter chains of a gateway for connections of which it sees no requests. */
final class GatewayConnections {
    private final MeshConfig mesh;
    private final ProxyNode node;
    private final List<VirtualService> services;
    private final Destinations destinations;
    private final Outbound outbound;
    private final Set<Upstream> passedThrough = new LinkedHashSet<>();

    GatewayConnections(MeshConfig mesh, ProxyNode node, List<VirtualService> services, Outbound outbound) {
        this.mesh = mesh;
        this.node = node;
        this.services = services;
        this.destinations = outbound.destinations();
        this.outbound = outbound;
    }

    /** At most one chain: the first {@code tcp} route that agrees takes every connection. */
    List<FilterChain> bytes(GatewayPlan.Entry entry) {
        for (VirtualService service : serving(entry)) {
            for (L4Route route : service.tcp()) {
                boolean agrees = route.matches().isEmpty()
                        || route.matches().stream().anyMatch(m -> m.caller().includes(asking(entry)));
                if (agrees) {
                    return List.of(chain(entry, route).build());
                }
            }
        }
        return List.of();
    }

    /** TLS goes on as it is: by the server names of {@code tls} routes, or by those that the mesh itself uses. */
    List<FilterChain> passedThrough(GatewayPlan.Entry entry, ServerTls.Mode mode) {
        return mode == ServerTls.Mode.AUTO_PASSTHROUGH ? byMeshName(entry) : byRoutes(entry);
    }

    /** Those whose connections the chains made so far hand on without ending TLS. */
    Set<Upstream> passedThrough() {
        return passedThrough;
    }

    private List<FilterChain> byRoutes(GatewayPlan.Entry entry) {
        List<FilterChain> chains = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        for (VirtualService service : serving(entry)) {
            for (L4Route route : service.tls()) {
                List<String> names = route.matches().stream()
                        .filter(m -> m.caller().includes(asking(entry)))
                        .flatMap(m -> m.serverNames().stream())
                        .filter(taken::add)
                        .toList();
                if (!names.isEmpty()) {
                    chains.add(chain(entry, route)
                            .setFilterChainMatch(
                                    names.contains("*")
                                            ? FilterChainMatch.newBuilder().setTransportProtocol("tls")
                                            : FilterChainMatch.newBuilder().addAllServerNames(names))
                            .build());
                }
            }
        }
        return chains;
    }

    /** Mesh TLS of another network, on its way to the pod that ends it. */
    private List<FilterChain> byMeshName(GatewayPlan.Entry entry) {
        List<FilterChain> chains = new ArrayList<>();
        for (Upstream upstream : outbound.upstreams()) {
            String host = upstream.service().host();
            boolean wanted = entry.server().hostsFor(upstream.service().key().namespace()).stream()
                    .anyMatch(pattern -> Hosts.isWithin(host, pattern));
            if (wanted && upstream.hasAssignment() && !upstream.service().external()) {
                passedThrough.add(upstream);
                chains.add(FilterChain.newBuilder()
                        .setFilterChainMatch(FilterChainMatch.newBuilder()
                                .addServerNames(upstream.serverName())
                                .addAllApplicationProtocols(ChainSpec.ALL_ISTIO))
                        .addFilters(TcpProxies.to(mesh, upstream.serverName()))
                        .build());
            }
        }
        return chains;
    }

    private List<VirtualService> serving(GatewayPlan.Entry entry) {
        Server server = entry.server();
        return services.stream()
                .filter(v -> v.boundTo(entry.gatewayName()))
                .filter(v -> !Hosts.intersection(server.hostsFor(v.key().namespace()), v.hosts())
                        .isEmpty())
                .toList();
    }

    private Caller.Asking asking(GatewayPlan.Entry entry) {
        return new Caller.Asking(entry.server().port(), Set.of(entry.gatewayName()), node.labels(), node.namespace());
    }

    private FilterChain.Builder chain(GatewayPlan.Entry entry, L4Route route) {
        return FilterChain.newBuilder()
                .addFilters(TcpProxies.to(
                        mesh, route.destinations(), destinations, entry.server().port()));
    }
}
