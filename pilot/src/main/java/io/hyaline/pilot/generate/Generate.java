package io.hyaline.pilot.generate;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.ProxyNode;
import io.hyaline.model.SidecarScope;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** The way from a snapshot to one proxy's resources. */
public final class Generate {
    private Generate() {}

    public static ProxyResources resources(MeshSnapshot mesh, ProxyNode node) {
        return switch (node.kind()) {
            case SIDECAR -> sidecar(mesh, node);
            case GATEWAY -> GatewayResources.of(mesh, node);
        };
    }

    private static ProxyResources sidecar(MeshSnapshot mesh, ProxyNode node) {
        SidecarScope scope = Outbound.scope(mesh, node);
        Outbound outbound = Outbound.of(mesh, node, scope);
        List<Upstream> upstreams = outbound.upstreams();
        Clusters outward = new Clusters(mesh, node, null);
        List<Cluster> clusters = new ArrayList<>(outward.outbound(upstreams));
        clusters.add(Clusters.passthrough(mesh.mesh()));
        clusters.addAll(InboundClusters.of(mesh, node, scope));
        List<Listener> listeners = new ArrayList<>(OutboundListeners.of(mesh, node, outbound));
        listeners.add(InboundListener.of(mesh, node, scope));
        return new ProxyResources(
                ProxyResources.byName(clusters, Cluster::getName),
                ProxyResources.byName(Endpoints.of(mesh, node, upstreams), ClusterLoadAssignment::getClusterName),
                ProxyResources.byName(listeners, Listener::getName),
                ProxyResources.byName(Routes.outbound(node, outbound), RouteConfiguration::getName),
                Collections.emptySortedMap(),
                outward.problems());
    }

    /**
     * The clusters and endpoints that an impact is about, for a proxy of which nothing else is different.
     *
     * @param clusters the names that the proxy has been told
     * @param endpoints the same
     */
    public static ProxyResources places(
            MeshSnapshot mesh, ProxyNode node, Impact.Places impact, Set<String> clusters, Set<String> endpoints) {
        boolean gateway = node.kind() == ProxyNode.Kind.GATEWAY;
        Outbound outbound = Outbound.of(mesh, node, gateway ? null : Outbound.scope(mesh, node));
        List<Upstream> upstreams = outbound.upstreams(impact.endpoints());
        Clusters outward = new Clusters(mesh, node, gateway ? new Secrets(mesh, node.namespace()) : null);
        List<Cluster> said = outward.outbound(upstreams.stream()
                .filter(u -> impact.clusters().contains(u.service().key()) && clusters.contains(u.cluster()))
                .toList());
        List<ClusterLoadAssignment> found = new ArrayList<>(Endpoints.of(
                mesh,
                node,
                upstreams.stream().filter(u -> endpoints.contains(u.cluster())).toList()));
        upstreams.stream()
                .filter(u -> endpoints.contains(u.serverName()))
                .forEach(u -> found.add(Endpoints.passedThrough(mesh, node, u)));
        return new ProxyResources(
                ProxyResources.byName(said, Cluster::getName),
                ProxyResources.byName(found, ClusterLoadAssignment::getClusterName),
                Collections.emptySortedMap(),
                Collections.emptySortedMap(),
                Collections.emptySortedMap(),
                List.of());
    }
}
