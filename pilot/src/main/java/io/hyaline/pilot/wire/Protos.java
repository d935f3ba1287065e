package io.hyaline.pilot.wire;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilter;

/** Small Envoy messages that every generator writes. */
public final class Protos {
    public static final Duration ZERO = Duration.getDefaultInstance();

    private Protos() {}

    public static Address address(String ip, int port) {
        return Address.newBuilder().setSocketAddress(socketAddress(ip, port)).build();
    }

    public static SocketAddress socketAddress(String ip, int port) {
        return SocketAddress.newBuilder().setAddress(ip).setPortValue(port).build();
    }

    public static Duration duration(java.time.Duration duration) {
        return Duration.newBuilder()
                .setSeconds(duration.toSeconds())
                .setNanos(duration.toNanosPart())
                .build();
    }

    public static UInt32Value uint32(int value) {
        return UInt32Value.of(value);
    }

    public static Filter filter(String name, Message config) {
        return Filter.newBuilder()
                .setName(name)
                .setTypedConfig(Any.pack(config))
                .build();
    }

    public static ListenerFilter listenerFilter(String name, Message config) {
        return ListenerFilter.newBuilder()
                .setName(name)
                .setTypedConfig(Any.pack(config))
                .build();
    }

    public static ConfigSource ads() {
        return ConfigSource.newBuilder()
                .setAds(AggregatedConfigSource.getDefaultInstance())
                .setInitialFetchTimeout(ZERO)
                .setResourceApiVersion(ApiVersion.V3)
                .build();
    }

    /** Secrets come from beside the proxy: no key ever travels over ADS. */
    public static ConfigSource localSecrets() {
        return ConfigSource.newBuilder()
                .setApiConfigSource(ApiConfigSource.newBuilder()
                        .setApiType(ApiConfigSource.ApiType.GRPC)
                        .setTransportApiVersion(ApiVersion.V3)
                        .setSetNodeOnFirstMessageOnly(true)
                        .addGrpcServices(GrpcService.newBuilder()
                                .setEnvoyGrpc(GrpcService.EnvoyGrpc.newBuilder().setClusterName("sds-grpc"))))
                .setInitialFetchTimeout(ZERO)
                .setResourceApiVersion(ApiVersion.V3)
                .build();
    }
}
