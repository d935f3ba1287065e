package io.hyaline.pilot.policy;

import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.cluster.v3.OutlierDetection;
import io.envoyproxy.envoy.config.cluster.v3.UpstreamConnectionOptions;
import io.envoyproxy.envoy.config.core.v3.TcpKeepalive;
import io.hyaline.model.policy.TrafficPolicy;
import io.hyaline.model.policy.TrafficPolicy.ConnectionPool;
import io.hyaline.pilot.wire.Protos;
import org.jspecify.annotations.Nullable;

/** What a policy changes in a cluster: limits, who is chosen, who is left alone for a while. */
public final class PoolSettings {
    private static final long RING_SIZE = 1024;
    private static final long MAGLEV_SIZE = 65_537;

    private PoolSettings() {}

    public static void apply(TrafficPolicy policy, Cluster.Builder cluster) {
        loadBalancing(policy.loadBalancing(), cluster);
        if (policy.pool() != null) {
            limits(policy.pool(), cluster);
            connections(policy.pool().tcp(), cluster);
        }
        if (policy.outliers() != null && cluster.getType() != Cluster.DiscoveryType.ORIGINAL_DST) {
            cluster.setOutlierDetection(outliers(policy.outliers()));
            cluster.getCommonLbConfigBuilder()
                    .getHealthyPanicThresholdBuilder()
                    .setValue(policy.outliers().minHealthPercent());
        }
    }

    private static void loadBalancing(TrafficPolicy.@Nullable LoadBalancing how, Cluster.Builder cluster) {
        boolean fixed = cluster.getType() == Cluster.DiscoveryType.ORIGINAL_DST;
        if (fixed) {
            return; // the connection itself says where it goes
        }
        switch (how) {
            case null -> {}
            case TrafficPolicy.LoadBalancing.Simple(TrafficPolicy.Algorithm algorithm) -> simple(algorithm, cluster);
            case TrafficPolicy.LoadBalancing.Consistent consistent -> consistent(consistent, cluster);
        }
    }

    private static void simple(TrafficPolicy.Algorithm algorithm, Cluster.Builder cluster) {
        switch (algorithm) {
            case LEAST_REQUEST -> cluster.setLbPolicy(Cluster.LbPolicy.LEAST_REQUEST);
            case ROUND_ROBIN -> cluster.setLbPolicy(Cluster.LbPolicy.ROUND_ROBIN);
            case RANDOM -> cluster.setLbPolicy(Cluster.LbPolicy.RANDOM);
            case PASSTHROUGH ->
                cluster.setLbPolicy(Cluster.LbPolicy.CLUSTER_PROVIDED)
                        .setType(Cluster.DiscoveryType.ORIGINAL_DST)
                        .clearEdsClusterConfig()
                        .clearLoadAssignment();
        }
    }

    private static void consistent(TrafficPolicy.LoadBalancing.Consistent consistent, Cluster.Builder cluster) {
        long size = consistent.size();
        switch (consistent.table()) {
            case RING ->
                cluster.setLbPolicy(Cluster.LbPolicy.RING_HASH)
                        .getRingHashLbConfigBuilder()
                        .getMinimumRingSizeBuilder()
                        .setValue(size == 0 ? RING_SIZE : size);
            case MAGLEV ->
                cluster.setLbPolicy(Cluster.LbPolicy.MAGLEV)
                        .getMaglevLbConfigBuilder()
                        .getTableSizeBuilder()
                        .setValue(size == 0 ? MAGLEV_SIZE : size);
        }
    }

    private static void limits(ConnectionPool pool, Cluster.Builder cluster) {
        CircuitBreakers.Thresholds.Builder limits =
                cluster.getCircuitBreakersBuilder().getThresholdsBuilder(0);
        if (pool.tcp().maxConnections() > 0) {
            limits.setMaxConnections(UInt32Value.of(pool.tcp().maxConnections()));
        }
        if (pool.http().maxPendingRequests() > 0) {
            limits.setMaxPendingRequests(UInt32Value.of(pool.http().maxPendingRequests()));
        }
        if (pool.http().maxRequests() > 0) {
            limits.setMaxRequests(UInt32Value.of(pool.http().maxRequests()));
        }
        if (pool.http().maxRetries() > 0) {
            limits.setMaxRetries(UInt32Value.of(pool.http().maxRetries()));
        }
    }

    private static void connections(ConnectionPool.Tcp tcp, Cluster.Builder cluster) {
        if (tcp.connectTimeout() != null) {
            cluster.setConnectTimeout(Protos.duration(tcp.connectTimeout()));
        }
        if (tcp.keepalive() != null) {
            cluster.setUpstreamConnectionOptions(
                    UpstreamConnectionOptions.newBuilder().setTcpKeepalive(keepalive(tcp.keepalive())));
        }
    }

    private static TcpKeepalive keepalive(ConnectionPool.Keepalive keepalive) {
        TcpKeepalive.Builder result = TcpKeepalive.newBuilder();
        if (keepalive.probes() > 0) {
            result.setKeepaliveProbes(UInt32Value.of(keepalive.probes()));
        }
        if (keepalive.time() != null) {
            result.setKeepaliveTime(UInt32Value.of((int) keepalive.time().toSeconds()));
        }
        if (keepalive.interval() != null) {
            result.setKeepaliveInterval(
                    UInt32Value.of((int) keepalive.interval().toSeconds()));
        }
        return result.build();
    }

    /** Gateway errors are counted only when asked for: to Envoy they are 5xx as well. */
    private static OutlierDetection outliers(TrafficPolicy.OutlierDetection given) {
        OutlierDetection.Builder result = OutlierDetection.newBuilder()
                .setEnforcingSuccessRate(UInt32Value.of(0))
                .setSplitExternalLocalOriginErrors(given.splitLocalErrors());
        if (given.splitLocalErrors()) {
            result.setEnforcingLocalOriginSuccessRate(UInt32Value.of(0));
        }
        Integer fives = given.consecutive5xx();
        if (fives != null) {
            result.setConsecutive5Xx(UInt32Value.of(fives)).setEnforcingConsecutive5Xx(enforced(fives));
        }
        Integer gateway = given.consecutiveGatewayErrors();
        if (gateway != null) {
            result.setConsecutiveGatewayFailure(UInt32Value.of(gateway))
                    .setEnforcingConsecutiveGatewayFailure(enforced(gateway));
        }
        Integer local = given.consecutiveLocalFailures();
        if (local != null) {
            result.setConsecutiveLocalOriginFailure(UInt32Value.of(local))
                    .setEnforcingConsecutiveLocalOriginFailure(enforced(local));
        }
        if (given.interval() != null) {
            result.setInterval(Protos.duration(given.interval()));
        }
        if (given.ejectionTime() != null) {
            result.setBaseEjectionTime(Protos.duration(given.ejectionTime()));
        }
        if (given.maxEjectionPercent() != null) {
            result.setMaxEjectionPercent(UInt32Value.of(given.maxEjectionPercent()));
        }
        return result.build();
    }

    /** 0 errors means that these are not looked at. */
    private static UInt32Value enforced(int errors) {
        return UInt32Value.of(errors > 0 ? 100 : 0);
    }
}
