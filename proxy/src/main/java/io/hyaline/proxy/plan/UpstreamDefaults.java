package io.hyaline.proxy.plan;

import io.envoyproxy.envoy.config.bootstrap.v3.ClusterManager;
import io.hyaline.proxy.upstream.ClusterPlan;

/** The bootstrap's cluster_manager.upstream_bind_config: what clusters that name none leave from. */
public final class UpstreamDefaults {

    private UpstreamDefaults() {}

    public static ClusterPlan.Sockets of(ClusterManager manager) {
        return manager.hasUpstreamBindConfig()
                ? ClusterCompiler.bind(manager.getUpstreamBindConfig(), null)
                : ClusterPlan.Sockets.DEFAULT;
    }
}
