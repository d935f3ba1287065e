package io.hyaline.proxy.plan;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Http1ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.HttpProtocolOptions;
import io.hyaline.proxy.http2.Http2Limits;
import io.hyaline.proxy.upstream.ClusterPlan.HttpVersion;
import io.hyaline.proxy.upstream.ClusterPlan.Protocol;
import io.hyaline.proxy.upstream.ClusterPlan.Security;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which HTTP a cluster's endpoints are spoken to in, and within which bounds. */
final class ProtocolCompiler {

    private static final String HTTP_OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

    private ProtocolCompiler() {}

    /** The version and the settings of both. */
    private record Spoken(HttpVersion version, Http1ProtocolOptions http1, Http2ProtocolOptions http2) {}

    static Protocol compile(Cluster cluster, Security security) throws InvalidProtocolBufferException {
        var typed = typed(cluster);
        Spoken spoken = typed == null ? spoken(cluster) : spoken(typed);
        if (spoken.version() == HttpVersion.AUTO && !alwaysTls(security)) {
            throw Fields.refuse("auto_config needs TLS to every endpoint, which settles the protocol by ALPN; name the"
                    + " protocol by explicit_http_config");
        }
        HttpCompiler.http1(spoken.http1());
        HttpProtocolOptions common =
                typed == null ? HttpProtocolOptions.getDefaultInstance() : typed.getCommonHttpProtocolOptions();
        Fields.only(
                common,
                "idle_timeout",
                "max_requests_per_connection",
                "max_stream_duration",
                "max_connection_duration");
        return new Protocol(
                spoken.version(),
                Fields.duration(common.hasIdleTimeout(), common.getIdleTimeout(), Protocol.DEFAULT.idleTimeout()),
                maxRequests(cluster, common),
                Fields.positiveOrNull(common.hasMaxStreamDuration(), common.getMaxStreamDuration()),
                Fields.positiveOrNull(common.hasMaxConnectionDuration(), common.getMaxConnectionDuration()),
                spoken.http1().getEnableTrailers(),
                Http2Compiler.limits(spoken.http2(), Http2Limits.UPSTREAM));
    }

    @SuppressWarnings("deprecation") // the old place of this option is still what many bootstraps use
    private static int maxRequests(Cluster cluster, HttpProtocolOptions common) {
        int old = Fields.number(cluster.hasMaxRequestsPerConnection(), cluster.getMaxRequestsPerConnection(), 0);
        return Fields.number(common.hasMaxRequestsPerConnection(), common.getMaxRequestsPerConnection(), old);
    }

    private static boolean alwaysTls(Security security) {
        return security.transport().security() != null
                && security.matches().stream()
                        .allMatch(match -> match.transport().security() != null);
    }

    private static io.envoyproxy.envoy.extensions.upstreams.http.v3.@Nullable HttpProtocolOptions typed(Cluster cluster)
            throws InvalidProtocolBufferException {
        for (Map.Entry<String, Any> entry :
                cluster.getTypedExtensionProtocolOptionsMap().entrySet()) {
            Any value = entry.getValue();
            if (value.is(io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions.class)) {
                return value.unpack(io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions.class);
            }
            if (!HttpCompiler.istioNoise(value.getTypeUrl())) {
                throw Fields.refuse("typed_extension_protocol_options '" + entry.getKey() + "' is not supported; only "
                        + HTTP_OPTIONS + " is");
            }
        }
        return null;
    }

    @SuppressWarnings("deprecation") // the old place of these options is still what many bootstraps use
    private static Spoken spoken(Cluster cluster) {
        return new Spoken(
                cluster.hasHttp2ProtocolOptions() ? HttpVersion.HTTP2 : HttpVersion.HTTP1,
                cluster.getHttpProtocolOptions(),
                cluster.getHttp2ProtocolOptions());
    }

    private static Spoken spoken(io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions options) {
        Fields.only(
                options,
                "common_http_protocol_options",
                "upstream_http_protocol_options",
                "explicit_http_config",
                "use_downstream_protocol_config",
                "auto_config");
        return switch (options.getUpstreamProtocolOptionsCase()) {
            case EXPLICIT_HTTP_CONFIG -> {
                var explicit = options.getExplicitHttpConfig();
                HttpVersion version = switch (explicit.getProtocolConfigCase()) {
                    case HTTP_PROTOCOL_OPTIONS, PROTOCOLCONFIG_NOT_SET -> HttpVersion.HTTP1;
                    case HTTP2_PROTOCOL_OPTIONS -> HttpVersion.HTTP2;
                    case HTTP3_PROTOCOL_OPTIONS -> throw http3();
                };
                yield new Spoken(version, explicit.getHttpProtocolOptions(), explicit.getHttp2ProtocolOptions());
            }
            case USE_DOWNSTREAM_PROTOCOL_CONFIG -> {
                var downstream = options.getUseDownstreamProtocolConfig();
                Fields.only(downstream, "http_protocol_options", "http2_protocol_options");
                yield new Spoken(
                        HttpVersion.DOWNSTREAM,
                        downstream.getHttpProtocolOptions(),
                        downstream.getHttp2ProtocolOptions());
            }
            case AUTO_CONFIG -> {
                var auto = options.getAutoConfig();
                Fields.only(auto, "http_protocol_options", "http2_protocol_options");
                yield new Spoken(HttpVersion.AUTO, auto.getHttpProtocolOptions(), auto.getHttp2ProtocolOptions());
            }
            case UPSTREAMPROTOCOLOPTIONS_NOT_SET ->
                throw Fields.refuse("HttpProtocolOptions needs one of explicit_http_config, "
                        + "use_downstream_protocol_config, auto_config");
        };
    }

    private static IllegalArgumentException http3() {
        return Fields.refuse("HTTP/3 upstream is not supported");
    }
}
