package io.hyaline.pilot.generate;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.Problem;
import io.hyaline.model.ProxyNode;
import io.hyaline.model.VirtualService;
import io.hyaline.pilot.route.Destinations;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** All that one gateway is told: no more than its Gateways and their VirtualServices ask for. */
final class GatewayResources {
    private GatewayResources() {}

    static ProxyResources of(Moment moment, ProxyNode node) {
        MeshSnapshot mesh = moment.mesh();
        GatewayPlan plan = GatewayPlan.of(mesh, node);
        Outbound outbound = Outbound.of(moment, node, Sight.of(mesh, node));
        Destinations destinations = outbound.destinations();
        List<VirtualService> services = moment.virtualServices().stream()
                .filter(v -> v.visibleIn(node.namespace()) && plan.serves(v))
                .toList();
        Secrets secrets = new Secrets(mesh, node.namespace());
        GatewayTls tls = new GatewayTls(secrets);
        GatewayConnections connections = new GatewayConnections(mesh.mesh(), node, services, outbound);
        GatewayListeners gateway = new GatewayListeners(mesh, node, tls, connections);
        List<Listener> listeners = gateway.of(plan);
        List<RouteConfiguration> routes = new GatewayRoutes(node, services, destinations).of(plan);
        Set<String> wanted = new HashSet<>();
        routes.forEach(r -> namesIn(r, wanted));
        listeners.forEach(l -> namesIn(l, wanted));
        List<Upstream> upstreams = Upstream.among(outbound.upstreams(), wanted);
        Clusters outward = new Clusters(moment, node, secrets);
        List<Cluster> clusters = new ArrayList<>(outward.outbound(upstreams));
        List<ClusterLoadAssignment> endpoints = new ArrayList<>(Endpoints.of(moment, node, upstreams));
        for (Upstream upstream : connections.passedThrough()) {
            clusters.add(Clusters.passedThrough(mesh.mesh(), upstream));
            endpoints.add(Endpoints.passedThrough(moment, node, upstream));
        }
        List<Problem> problems = new ArrayList<>(plan.problems());
        problems.addAll(gateway.problems());
        problems.addAll(outward.problems());
        return new ProxyResources(
                ProxyResources.byName(clusters, Cluster::getName),
                ProxyResources.byName(endpoints, ClusterLoadAssignment::getClusterName),
                ProxyResources.byName(listeners, Listener::getName),
                ProxyResources.byName(routes, RouteConfiguration::getName),
                secrets.referred(),
                problems);
    }

    private static void namesIn(RouteConfiguration routes, Set<String> names) {
        routes.getVirtualHostsList().stream()
                .flatMap(h -> h.getRoutesList().stream())
                .forEach(r -> namesIn(r.getRoute(), names));
    }

    private static void namesIn(RouteAction action, Set<String> names) {
        names.add(action.getCluster());
        action.getWeightedClusters().getClustersList().forEach(c -> names.add(c.getName()));
        action.getRequestMirrorPoliciesList().forEach(m -> names.add(m.getCluster()));
    }

    private static void namesIn(Listener listener, Set<String> names) {
        listener.getFilterChainsList().stream()
                .flatMap(c -> c.getFiltersList().stream())
                .filter(f -> f.getTypedConfig().is(TcpProxy.class))
                .forEach(f -> {
                    try {
                        TcpProxy proxy = f.getTypedConfig().unpack(TcpProxy.class);
                        names.add(proxy.getCluster());
                        proxy.getWeightedClusters().getClustersList().forEach(c -> names.add(c.getName()));
                    } catch (InvalidProtocolBufferException e) {
                        throw new IllegalStateException("a tcp_proxy that was made here does not parse", e);
                    }
                });
    }
}
