package io.hyaline.pilot.generate;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.ProxyNode;
import io.hyaline.model.SidecarScope;
import io.hyaline.xds.server.ServedType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The way from a snapshot to one proxy's resources. */
public final class Generate {
    private Generate() {}

    public static ProxyResources resources(MeshSnapshot mesh, ProxyNode node) {
        return resources(new Moment(mesh), node, EnumSet.allOf(ServedType.class));
    }

    /** Of some types; a sidecar has no others then, while a gateway's hang together and are all made. */
    public static ProxyResources resources(Moment moment, ProxyNode node, Set<ServedType> types) {
        return switch (node.kind()) {
            case SIDECAR -> sidecar(moment, node, types);
            case GATEWAY -> GatewayResources.of(moment, node);
        };
    }

    private static ProxyResources sidecar(Moment moment, ProxyNode node, Set<ServedType> types) {
        MeshSnapshot mesh = moment.mesh();
        Sight sight = Sight.of(mesh, node);
        SidecarScope scope = sight.scope();
        Outbound outbound = Outbound.of(moment, node, sight);
        Clusters outward = new Clusters(moment, node, null);
        List<Cluster> clusters = new ArrayList<>();
        if (types.contains(ServedType.CLUSTER)) {
            clusters.addAll(outward.outbound(outbound.upstreams()));
            clusters.add(Clusters.passthrough(mesh.mesh()));
            clusters.addAll(InboundClusters.of(mesh, node, scope));
        }
        List<ClusterLoadAssignment> endpoints =
                types.contains(ServedType.ENDPOINT) ? Endpoints.of(moment, node, outbound.upstreams()) : List.of();
        List<Listener> listeners = new ArrayList<>();
        if (types.contains(ServedType.LISTENER)) {
            listeners.addAll(OutboundListeners.of(mesh, node, outbound));
            listeners.add(InboundListener.of(mesh, node, scope));
        }
        List<RouteConfiguration> routes =
                types.contains(ServedType.ROUTE) ? Routes.outbound(node, outbound) : List.of();
        return new ProxyResources(
                ProxyResources.byName(clusters, Cluster::getName),
                ProxyResources.byName(endpoints, ClusterLoadAssignment::getClusterName),
                ProxyResources.byName(listeners, Listener::getName),
                ProxyResources.byName(routes, RouteConfiguration::getName),
                Collections.emptySortedMap(),
                outward.problems());
    }

    /**
     * The clusters and endpoints of some hosts.
     *
     * @param told the names of those that a gateway has been told: it is told of no others. Null for a sidecar
     */
    public static ProxyResources ofHosts(
            Moment moment,
            ProxyNode node,
            Set<String> ofClusters,
            Set<String> ofEndpoints,
            @Nullable Set<String> told) {
        MeshSnapshot mesh = moment.mesh();
        Outbound outbound = Outbound.of(moment, node, Sight.of(mesh, node));
        Clusters outward = new Clusters(moment, node, told == null ? null : new Secrets(mesh, node.namespace()));
        List<Cluster> clusters = outward.some(outbound.upstreams(ofClusters).stream()
                .filter(u -> told == null || told.contains(u.cluster()))
                .toList());
        List<Upstream> places = outbound.upstreams(ofEndpoints);
        List<ClusterLoadAssignment> endpoints = new ArrayList<>(Endpoints.of(
                moment,
                node,
                places.stream()
                        .filter(u -> told == null || told.contains(u.cluster()))
                        .toList()));
        if (told != null) {
            places.stream()
                    .filter(u -> told.contains(u.serverName()))
                    .forEach(u -> endpoints.add(Endpoints.passedThrough(moment, node, u)));
        }
        return new ProxyResources(
                ProxyResources.byName(clusters, Cluster::getName),
                ProxyResources.byName(endpoints, ClusterLoadAssignment::getClusterName),
                Collections.emptySortedMap(),
                Collections.emptySortedMap(),
                Collections.emptySortedMap(),
                outward.problems());
    }
}
