package io.hyaline.pilot.generate;

import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import io.hyaline.model.MeshConfig;

/** The filter that carries bytes to one cluster. */
final class TcpProxies {
    private TcpProxies() {}

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
