package io.hyaline.pilot.filter;

import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import io.envoyproxy.envoy.type.v3.HashPolicy;
import io.hyaline.model.MeshConfig;
import io.hyaline.model.policy.TrafficPolicy;
import io.hyaline.model.route.Destination;
import io.hyaline.model.route.WeightedDestination;
import io.hyaline.pilot.policy.HashPolicies;
import io.hyaline.pilot.route.Destinations;
import io.hyaline.pilot.wire.Protos;
import java.util.List;

/** The filter that carries bytes to a cluster. */
public final class TcpProxies {
    private TcpProxies() {}

    /** Shared by weight among the destinations of a route; the first one's DestinationRule counts for all. */
    public static Filter to(MeshConfig mesh, List<WeightedDestination> shares, Destinations known, int listenerPort) {
        Destination first = shares.getFirst().destination();
        TrafficPolicy policy = known.policy(first, listenerPort);
        if (shares.size() == 1) {
            return to(mesh, known.cluster(first, listenerPort), policy);
        }
        TcpProxy.WeightedCluster.Builder weighted = TcpProxy.WeightedCluster.newBuilder();
        for (WeightedDestination share : shares) {
            if (share.weight() > 0) {
                weighted.addClusters(TcpProxy.WeightedCluster.ClusterWeight.newBuilder()
                        .setName(known.cluster(share.destination(), listenerPort))
                        .setWeight(share.weight()));
            }
        }
        return filter(
                mesh,
                policy,
                TcpProxy.newBuilder()
                        .setStatPrefix(weighted.getClusters(0).getName())
                        .setWeightedClusters(weighted));
    }

    public static Filter to(MeshConfig mesh, String cluster, TrafficPolicy policy) {
        return filter(mesh, policy, TcpProxy.newBuilder().setStatPrefix(cluster).setCluster(cluster));
    }

    public static Filter to(MeshConfig mesh, String cluster) {
        return to(mesh, cluster, TrafficPolicy.NONE);
    }

    private static Filter filter(MeshConfig mesh, TrafficPolicy policy, TcpProxy.Builder proxy) {
        if (policy.pool() != null && policy.pool().tcp().idleTimeout() != null) {
            proxy.setIdleTimeout(Protos.duration(policy.pool().tcp().idleTimeout()));
        }
        if (policy.pool() != null && policy.pool().tcp().maxDuration() != null) {
            proxy.setMaxDownstreamConnectionDuration(
                    Protos.duration(policy.pool().tcp().maxDuration()));
        }
        if (HashPolicies.byAddress(policy)) {
            proxy.addHashPolicy(HashPolicy.newBuilder().setSourceIp(HashPolicy.SourceIp.getDefaultInstance()));
        }
        return Protos.filter(
                "envoy.filters.network.tcp_proxy",
                proxy.addAllAccessLog(AccessLogs.ofTraffic(mesh.accessLog())).build());
    }
}
