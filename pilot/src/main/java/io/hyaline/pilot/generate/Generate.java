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
}
