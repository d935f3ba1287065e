package io.hyaline.pilot.policy;

import com.google.protobuf.Any;
import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Http1ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import io.hyaline.model.Protocol;
import io.hyaline.model.policy.TrafficPolicy;
import io.hyaline.model.policy.TrafficPolicy.ConnectionPool;
import io.hyaline.pilot.wire.Protos;

/** Which HTTP a cluster's endpoints are spoken to in, and for how long. */
public final class HttpSettings {
    private static final String NAME = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

    private HttpSettings() {}

    /** Says nothing where Envoy's default is meant: HTTP/1.1. */
    public static void apply(Protocol protocol, TrafficPolicy policy, Cluster.Builder cluster) {
        ConnectionPool.Http http =
                policy.pool() == null ? ConnectionPool.Http.NONE : policy.pool().http();
        boolean upgraded = protocol.isHttp() && Boolean.TRUE.equals(http.upgrade());
        HttpProtocolOptions.Builder options = HttpProtocolOptions.newBuilder();
        boolean said = common(http, options);
        if (protocol == Protocol.AUTO || http.clientProtocol()) {
            options.setUseDownstreamProtocolConfig(HttpProtocolOptions.UseDownstreamHttpConfig.newBuilder()
                    .setHttpProtocolOptions(Http1ProtocolOptions.getDefaultInstance())
                    .setHttp2ProtocolOptions(http2(http)));
        } else if (protocol.isHttp2() || upgraded) {
            options.getExplicitHttpConfigBuilder().setHttp2ProtocolOptions(http2(http));
        } else if (said) {
            options.getExplicitHttpConfigBuilder().setHttpProtocolOptions(Http1ProtocolOptions.getDefaultInstance());
        } else {
            return;
        }
        cluster.putTypedExtensionProtocolOptions(NAME, Any.pack(options.build()));
    }

    /** HTTP/2 to this cluster, whatever the client speaks. */
    public static boolean speaksHttp2(Protocol protocol, TrafficPolicy policy) {
        return protocol.isHttp2()
                || (protocol.isHttp()
                        && policy.pool() != null
                        && Boolean.TRUE.equals(policy.pool().http().upgrade()));
    }

    private static boolean common(ConnectionPool.Http http, HttpProtocolOptions.Builder options) {
        if (http.idleTimeout() != null) {
            options.getCommonHttpProtocolOptionsBuilder().setIdleTimeout(Protos.duration(http.idleTimeout()));
        }
        if (http.maxRequestsPerConnection() != 0) {
            options.getCommonHttpProtocolOptionsBuilder()
                    .setMaxRequestsPerConnection(UInt32Value.of(http.maxRequestsPerConnection()));
        }
        return options.hasCommonHttpProtocolOptions();
    }

    private static Http2ProtocolOptions http2(ConnectionPool.Http http) {
        return http.maxStreams() == 0
                ? Http2ProtocolOptions.getDefaultInstance()
                : Http2ProtocolOptions.newBuilder()
                        .setMaxConcurrentStreams(UInt32Value.of(http.maxStreams()))
                        .build();
    }
}
