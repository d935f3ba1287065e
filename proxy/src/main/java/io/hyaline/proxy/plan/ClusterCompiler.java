package io.hyaline.proxy.plan;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.cluster.v3.CircuitBreakers;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.BindConfig;
import io.envoyproxy.envoy.config.core.v3.RoutingPriority;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.extensions.transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport;
import io.envoyproxy.envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.hyaline.proxy.match.Cidr;
import io.hyaline.proxy.upstream.ClusterPlan;
import io.hyaline.proxy.upstream.ClusterPlan.Breakers;
import io.hyaline.proxy.upstream.ClusterPlan.Connecting;
import io.hyaline.proxy.upstream.ClusterPlan.Discovery;
import io.hyaline.proxy.upstream.ClusterPlan.EndpointSet;
import io.hyaline.proxy.upstream.ClusterPlan.Family;
import io.hyaline.proxy.upstream.ClusterPlan.Found;
import io.hyaline.proxy.upstream.ClusterPlan.Security;
import io.hyaline.proxy.upstream.ClusterPlan.SocketOption;
import io.hyaline.proxy.upstream.ClusterPlan.Sockets;
import io.hyaline.proxy.upstream.ClusterPlan.Sockets.KeepAlive;
import io.hyaline.proxy.upstream.Transport;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Clusters. */
final class ClusterCompiler {

    /** Envoy's default for dns_refresh_rate. */
    private static final Duration DNS_REFRESH = Duration.ofSeconds(5);

    private ClusterCompiler() {}

    static ClusterPlan compile(Cluster cluster) throws InvalidProtocolBufferException {
        known(cluster);
        if (cluster.getName().isEmpty()) {
            throw Fields.refuse("a cluster needs a name");
        }
        Discovery discovery = discovery(cluster);
        boolean names = discovery == Discovery.STRICT_DNS || discovery == Discovery.LOGICAL_DNS;
        Security security = security(cluster);
        return new ClusterPlan(
                cluster.getName(),
                cluster.getAltStatName().isEmpty() ? cluster.getName() : cluster.getAltStatName(),
                found(cluster, discovery),
                BalanceCompiler.balancing(cluster, discovery),
                cluster.hasLoadAssignment()
                        ? EndpointCompiler.compile(cluster.getLoadAssignment(), names)
                        : EndpointSet.EMPTY,
                new Connecting(
                        Fields.duration(
                                cluster.hasConnectTimeout(), cluster.getConnectTimeout(), Duration.ofSeconds(5)),
                        Fields.bufferBytes(
                                cluster.hasPerConnectionBufferLimitBytes(),
                                cluster.getPerConnectionBufferLimitBytes())),
                sockets(cluster),
                ProtocolCompiler.compile(cluster, security),
                security,
                breakers(cluster.getCircuitBreakers()),
                cluster);
    }

    private static void known(Cluster cluster) {
        Fields.only(
                cluster,
                "name",
                "alt_stat_name",
                "type",
                "eds_cluster_config",
                "connect_timeout",
                "per_connection_buffer_limit_bytes",
                "lb_policy",
                "ring_hash_lb_config",
                "maglev_lb_config",
                "load_assignment",
                "circuit_breakers",
                "http_protocol_options",
                "http2_protocol_options",
                "typed_extension_protocol_options",
                "dns_lookup_family",
                "dns_refresh_rate",
                "respect_dns_ttl",
                "upstream_bind_config",
                "upstream_connection_options",
                "transport_socket",
                "transport_socket_matches",
                "metadata",
                "common_lb_config",
                "filters",
                "original_dst_lb_config",
                "outlier_detection",
                "max_requests_per_connection",
                "ignore_health_on_host_removal",
                "close_connections_on_host_health_failure",
                "cleanup_interval",
                "wait_for_warm_on_init");
        for (var filter : cluster.getFiltersList()) {
            if (!HttpCompiler.istioNoise(filter.getTypedConfig().getTypeUrl())) {
                throw Fields.refuse("cluster filter '" + filter.getName() + "' is not supported");
            }
        }
        Fields.off(cluster.getCloseConnectionsOnHostHealthFailure(), "close_connections_on_host_health_failure");
        Fields.only(cluster.getOriginalDstLbConfig(), "upstream_port_override");
        if (cluster.getOriginalDstLbConfig().hasUpstreamPortOverride()) {
            throw Fields.refuse("original_dst_lb_config.upstream_port_override is not supported");
        }
    }

    private static Discovery discovery(Cluster cluster) {
        if (cluster.hasClusterType()) {
            throw Fields.refuse("cluster_type '" + cluster.getClusterType().getName() + "' is not supported");
        }
        return switch (cluster.getType()) {
            case STATIC -> Discovery.STATIC;
            case STRICT_DNS -> Discovery.STRICT_DNS;
            case LOGICAL_DNS -> Discovery.LOGICAL_DNS;
            case EDS -> Discovery.EDS;
            case ORIGINAL_DST -> Discovery.ORIGINAL_DST;
            case UNRECOGNIZED -> throw Fields.refuse("type has an unknown value");
        };
    }

    @SuppressWarnings("deprecation") // dns_refresh_rate is what Istio and most bootstraps write
    private static Found found(Cluster cluster, Discovery discovery) {
        Family family = switch (cluster.getDnsLookupFamily()) {
            case AUTO -> Family.AUTO;
            case V4_ONLY -> Family.V4_ONLY;
            case V6_ONLY -> Family.V6_ONLY;
            case V4_PREFERRED -> Family.V4_PREFERRED;
            case ALL -> Family.ALL;
            case UNRECOGNIZED -> throw Fields.refuse("dns_lookup_family has an unknown value");
        };
        String service = cluster.getEdsClusterConfig().getServiceName();
        Duration refresh = Fields.duration(cluster.hasDnsRefreshRate(), cluster.getDnsRefreshRate(), DNS_REFRESH);
        if (refresh.toMillis() < 1) {
            throw Fields.refuse("dns_refresh_rate must be at least 1ms");
        }
        return new Found(discovery, service.isEmpty() ? cluster.getName() : service, family, refresh);
    }

    private static Sockets sockets(Cluster cluster) {
        Fields.only(cluster.getUpstreamConnectionOptions(), "tcp_keepalive");
        var given = cluster.getUpstreamConnectionOptions().getTcpKeepalive();
        KeepAlive keepAlive = cluster.getUpstreamConnectionOptions().hasTcpKeepalive()
                ? new KeepAlive(
                        given.getKeepaliveProbes().getValue(),
                        given.getKeepaliveTime().getValue(),
                        given.getKeepaliveInterval().getValue())
                : null;
        if (!cluster.hasUpstreamBindConfig()) {
            return keepAlive != null ? new Sockets(null, null, 0, List.of(), keepAlive) : Sockets.DEFAULT;
        }
        return bind(cluster.getUpstreamBindConfig(), keepAlive);
    }

    /** Also reads the bootstrap's cluster_manager.upstream_bind_config. */
    static Sockets bind(BindConfig config, @Nullable KeepAlive keepAlive) {
        Fields.only(config, "source_address", "freebind", "socket_options", "extra_source_addresses");
        InetAddress first = config.hasSourceAddress()
                ? Cidr.address(config.getSourceAddress().getAddress())
                : null;
        InetAddress other = null;
        for (var extra : config.getExtraSourceAddressesList()) {
            InetAddress address = Cidr.address(extra.getAddress().getAddress());
            if (first != null && address.getClass() == first.getClass()) {
                throw Fields.refuse("upstream_bind_config has two source addresses of one family");
            }
            other = address;
        }
        List<SocketOption> options = new ArrayList<>();
        for (var option : config.getSocketOptionsList()) {
            Fields.only(option, "description", "level", "name", "int_value", "state");
            options.add(new SocketOption((int) option.getLevel(), (int) option.getName(), (int) option.getIntValue()));
        }
        return new Sockets(first, other, config.getSourceAddress().getPortValue(), List.copyOf(options), keepAlive);
    }

    private static Security security(Cluster cluster) throws InvalidProtocolBufferException {
        Transport standard =
                cluster.hasTransportSocket() ? transport(cluster.getTransportSocket()) : new Transport.Plain();
        List<Security.Match> matches = new ArrayList<>();
        for (var match : cluster.getTransportSocketMatchesList()) {
            matches.add(new Security.Match(
                    match.getName(), EndpointCompiler.texts(match.getMatch()), transport(match.getTransportSocket())));
        }
        return new Security(List.copyOf(matches), standard);
    }

    private static Transport transport(TransportSocket socket) throws InvalidProtocolBufferException {
        Any config = socket.getTypedConfig();
        if (config.is(UpstreamTlsContext.class)) {
            return new Transport.Tls(TlsCompiler.upstream(config.unpack(UpstreamTlsContext.class)));
        }
        if (config.is(RawBuffer.class) || socket.getName().equals("envoy.transport_sockets.raw_buffer")) {
            return new Transport.Plain();
        }
        if (config.is(ProxyProtocolUpstreamTransport.class)) {
            ProxyProtocolUpstreamTransport proxy = config.unpack(ProxyProtocolUpstreamTransport.class);
            Fields.only(proxy, "config", "transport_socket");
            Fields.only(proxy.getConfig(), "version");
            int version = switch (proxy.getConfig().getVersion()) {
                case V1 -> 1;
                case V2 -> 2;
                case UNRECOGNIZED -> throw Fields.refuse("upstream PROXY protocol: version has an unknown value");
            };
            Transport inner = transport(proxy.getTransportSocket());
            if (inner instanceof Transport.ProxyProtocol) {
                throw Fields.refuse("a PROXY header inside a PROXY header is not supported");
            }
            return new Transport.ProxyProtocol(version, inner);
        }
        throw Fields.refuse(
                "transport socket '" + socket.getName() + "' of type '" + config.getTypeUrl() + "' is not supported");
    }

    private static Breakers breakers(CircuitBreakers breakers) {
        for (CircuitBreakers.Thresholds limits : breakers.getThresholdsList()) {
            if (limits.getPriority() == RoutingPriority.DEFAULT) {
                Fields.only(
                        limits,
                        "priority",
                        "max_connections",
                        "max_pending_requests",
                        "max_requests",
                        "max_retries",
                        "track_remaining",
                        "max_connection_pools");
                Breakers standard = Breakers.DEFAULT;
                return new Breakers(
                        Fields.number(
                                limits.hasMaxConnections(), limits.getMaxConnections(), standard.maxConnections()),
                        Fields.number(
                                limits.hasMaxPendingRequests(),
                                limits.getMaxPendingRequests(),
                                standard.maxPendingRequests()),
                        Fields.number(limits.hasMaxRequests(), limits.getMaxRequests(), standard.maxRequests()),
                        Fields.number(limits.hasMaxRetries(), limits.getMaxRetries(), standard.maxRetries()));
            }
        }
        return Breakers.DEFAULT;
    }
}
