package io.hyaline.pilot.generate;

import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import io.hyaline.model.MeshConfig;
import io.hyaline.model.route.WeightedDestination;
import io.hyaline.pilot.route.Destinations;
import io.hyaline.pilot.wire.Protos;
import java.util.List;

/** The filter that carries bytes to one cluster. */
final class TcpProxies {
    private TcpProxies() {}

    /** Shared by weight among the destinations of a route. */
    static Filter to(MeshConfig mesh, List<WeightedDestination> shares, Destinations known, int listenerPort) {
        if (shares.size() == 1) {
            String cluster = known.cluster(shares.getFirst().destination(), listenerPort);
            return to(mesh, cluster, cluster);
        }
        TcpProxy.WeightedCluster.Builder weighted = TcpProxy.WeightedCluster.newBuilder();
        for (WeightedDestination share : shares) {
            if (share.weight() > 0) {
                weighted.addClusters(TcpProxy.WeightedCluster.ClusterWeight.newBuilder()
                        .setName(known.cluster(share.destination(), listenerPort))
                        .setWeight(share.weight()));
            }
        }
        return Protos.filter(
                "envoy.filters.network.tcp_proxy",
                TcpProxy.newBuilder()
                        .setStatPrefix(weighted.getClusters(0).getName())
                        .setWeightedClusters(weighted)
                        .addAllAccessLog(AccessLogs.ofTraffic(mesh.accessLog()))
                        .build());
    }

    static Filter to(MeshConfig mesh, String cluster, String statPrefix) {
        return Protos.filter(
                "envoy.filters.network.tcp_proxy",
                TcpProxy.newBuilder()
                        .setStatPrefix(statPrefix)
                        .setCluster(cluster)
                        .addAllAccessLog(AccessLogs.ofTraffic(mesh.accessLog()))
                        .build());
    }
}
