package io.hyaline.proxy.plan;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import io.envoyproxy.envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.hyaline.proxy.listen.ListenerPlan;
import io.hyaline.proxy.listen.ListenerPlan.Chain;
import io.hyaline.proxy.listen.ListenerPlan.Network;
import io.hyaline.proxy.match.ChainMatch;
import io.hyaline.proxy.tcp.TcpPlan;
import io.hyaline.proxy.tls.TlsPlan;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Listeners and their filter chains. */
final class ListenerCompiler {

    private static final Duration LISTENER_FILTER_TIMEOUT = Duration.ofSeconds(15);
    private static final Duration TCP_IDLE_TIMEOUT = Duration.ofHours(1);
    private static final int BACKLOG = 4096;

    private ListenerCompiler() {}

    static ListenerPlan compile(Listener listener) throws InvalidProtocolBufferException {
        known(listener);
        List<SocketAddress> addresses = new ArrayList<>();
        addresses.add(Fields.address(listener.getAddress()));
        for (var extra : listener.getAdditionalAddressesList()) {
            addresses.add(Fields.address(extra.getAddress()));
        }
        List<Chain> chains = new ArrayList<>();
        Set<ChainMatch> matches = new HashSet<>();
        for (FilterChain chain : listener.getFilterChainsList()) {
            Chain compiled = chain(chain);
            if (!matches.add(compiled.match())) {
                throw Fields.refuse("filter chain '" + chain.getName() + "' has the same match as an earlier one");
            }
            chains.add(compiled);
        }
        if (chains.isEmpty() && !listener.hasDefaultFilterChain()) {
            throw Fields.refuse("has no filter chains");
        }
        return new ListenerPlan(
                listener.getName(),
                List.copyOf(addresses),
                socket(listener),
                listener.getUseOriginalDst().getValue(),
                ListenerFilterCompiler.filters(listener),
                new ListenerPlan.FilterTimeout(
                        Fields.duration(
                                listener.hasListenerFiltersTimeout(),
                                listener.getListenerFiltersTimeout(),
                                LISTENER_FILTER_TIMEOUT),
                        listener.getContinueOnListenerFiltersTimeout()),
                List.copyOf(chains),
                listener.hasDefaultFilterChain() ? chain(listener.getDefaultFilterChain()) : null,
                LogCompiler.logs(listener.getAccessLogList()),
                direction(listener),
                Fields.bufferBytes(
                        listener.hasPerConnectionBufferLimitBytes(), listener.getPerConnectionBufferLimitBytes()),
                listener);
    }

    private static void known(Listener listener) {
        Fields.only(
                listener,
                "name",
                "address",
                "additional_addresses",
                "stat_prefix",
                "filter_chains",
                "use_original_dst",
                "default_filter_chain",
                "per_connection_buffer_limit_bytes",
                "metadata",
                "deprecated_v1",
                "drain_type",
                "listener_filters",
                "listener_filters_timeout",
                "continue_on_listener_filters_timeout",
                "transparent",
                "traffic_direction",
                "connection_balance_config",
                "enable_reuse_port",
                "access_log",
                "tcp_backlog_size",
                "max_connections_to_accept_per_socket_event",
                "bind_to_port",
                "ignore_global_conn_limit");
        if (listener.getName().isEmpty()) {
            throw Fields.refuse("a listener needs a name");
        }
    }

    @SuppressWarnings("deprecation") // deprecated_v1.bind_to_port is what old bootstraps write
    private static ListenerPlan.SocketPlan socket(Listener listener) {
        boolean bind = listener.hasBindToPort()
                ? listener.getBindToPort().getValue()
                : !listener.getDeprecatedV1().hasBindToPort()
                        || listener.getDeprecatedV1().getBindToPort().getValue();
        boolean v6Only = listener.getAddress().hasSocketAddress()
                && !listener.getAddress().getSocketAddress().getIpv4Compat();
        return new ListenerPlan.SocketPlan(
                bind,
                listener.getTransparent().getValue(),
                Fields.number(listener.hasTcpBacklogSize(), listener.getTcpBacklogSize(), BACKLOG),
                !listener.hasEnableReusePort() || listener.getEnableReusePort().getValue(),
                v6Only);
    }

    private static ListenerPlan.Direction direction(Listener listener) {
        return switch (listener.getTrafficDirection()) {
            case UNSPECIFIED -> ListenerPlan.Direction.UNSPECIFIED;
            case INBOUND -> ListenerPlan.Direction.INBOUND;
            case OUTBOUND -> ListenerPlan.Direction.OUTBOUND;
            case UNRECOGNIZED -> throw Fields.refuse("traffic_direction has an unknown value");
        };
    }

    private static Chain chain(FilterChain chain) throws InvalidProtocolBufferException {
        try {
            Fields.only(
                    chain,
                    "filter_chain_match",
                    "filters",
                    "transport_socket",
                    "transport_socket_connect_timeout",
                    "metadata",
                    "name");
            return new Chain(
                    chain.getName(),
                    match(chain.getFilterChainMatch()),
                    tls(chain),
                    Fields.duration(
                            chain.hasTransportSocketConnectTimeout(),
                            chain.getTransportSocketConnectTimeout(),
                            Duration.ZERO),
                    network(chain.getFiltersList()),
                    chain.getTransportSocket(),
                    chain);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("filter chain '" + chain.getName() + "': " + e.getMessage(), e);
        }
    }

    private static ChainMatch match(FilterChainMatch match) {
        Fields.only(
                match,
                "destination_port",
                "prefix_ranges",
                "direct_source_prefix_ranges",
                "source_type",
                "source_prefix_ranges",
                "source_ports",
                "server_names",
                "transport_protocol",
                "application_protocols");
        for (String name : match.getServerNamesList()) {
            if (name.indexOf('*') > 0 || (name.startsWith("*") && !name.startsWith("*."))) {
                throw Fields.refuse("server name '" + name + "' may have a wildcard only as its first label");
            }
        }
        ChainMatch.SourceType source = switch (match.getSourceType()) {
            case ANY -> ChainMatch.SourceType.ANY;
            case SAME_IP_OR_LOOPBACK -> ChainMatch.SourceType.SAME_IP_OR_LOOPBACK;
            case EXTERNAL -> ChainMatch.SourceType.EXTERNAL;
            case UNRECOGNIZED -> throw Fields.refuse("source_type has an unknown value");
        };
        return new ChainMatch(
                Fields.number(match.hasDestinationPort(), match.getDestinationPort(), 0),
                Fields.ranges(match.getPrefixRangesList()),
                match.getServerNamesList().stream()
                        .map(name -> name.toLowerCase(Locale.ROOT))
                        .toList(),
                match.getTransportProtocol(),
                List.copyOf(match.getApplicationProtocolsList()),
                Fields.ranges(match.getDirectSourcePrefixRangesList()),
                source,
                Fields.ranges(match.getSourcePrefixRangesList()),
                Set.copyOf(match.getSourcePortsList()));
    }

    private static TlsPlan.@Nullable Downstream tls(FilterChain chain) throws InvalidProtocolBufferException {
        if (!chain.hasTransportSocket()) {
            return null;
        }
        Any config = chain.getTransportSocket().getTypedConfig();
        if (config.is(DownstreamTlsContext.class)) {
            return TlsCompiler.downstream(config.unpack(DownstreamTlsContext.class));
        }
        if (config.is(RawBuffer.class)) {
            return null;
        }
        throw Fields.refuse("transport socket of type '" + config.getTypeUrl() + "' is not supported");
    }

    private static Network network(List<Filter> filters) throws InvalidProtocolBufferException {
        Network network = null;
        for (Filter filter : filters) {
            if (network != null) {
                throw Fields.refuse("filter '" + filter.getName() + "' comes after the filter that ends the chain");
            }
            Any config = filter.getTypedConfig();
            if (config.is(HttpConnectionManager.class)) {
                network = new Network.Http(HttpCompiler.compile(config.unpack(HttpConnectionManager.class)));
            } else if (config.is(TcpProxy.class)) {
                network = new Network.Tcp(tcp(config.unpack(TcpProxy.class)));
            } else if (!HttpCompiler.istioNoise(config.getTypeUrl())) {
                throw Fields.refuse("network filter '" + filter.getName() + "' of type '" + config.getTypeUrl()
                        + "' is not supported");
            }
        }
        if (network == null) {
            throw Fields.refuse("must end in an http_connection_manager or a tcp_proxy");
        }
        return network;
    }

    private static boolean hashesSource(TcpProxy proxy) {
        for (var policy : proxy.getHashPolicyList()) {
            if (!policy.hasSourceIp()) {
                throw Fields.refuse("tcp_proxy.hash_policy " + policy.getPolicySpecifierCase() + " is not supported");
            }
        }
        return proxy.getHashPolicyCount() > 0;
    }

    private static TcpPlan tcp(TcpProxy proxy) throws InvalidProtocolBufferException {
        Fields.only(
                proxy,
                "stat_prefix",
                "cluster",
                "weighted_clusters",
                "idle_timeout",
                "access_log",
                "access_log_options",
                "max_connect_attempts",
                "hash_policy",
                "max_downstream_connection_duration");
        Fields.only(proxy.getAccessLogOptions());
        List<TcpPlan.Share> shares = new ArrayList<>();
        if (proxy.hasCluster()) {
            shares.add(new TcpPlan.Share(proxy.getCluster(), 1));
        }
        for (var cluster : proxy.getWeightedClusters().getClustersList()) {
            Fields.only(cluster, "name", "weight");
            shares.add(new TcpPlan.Share(cluster.getName(), Integer.toUnsignedLong(cluster.getWeight())));
        }
        if (shares.isEmpty()) {
            throw Fields.refuse("tcp_proxy names no cluster");
        }
        return new TcpPlan(
                proxy.getStatPrefix(),
                List.copyOf(shares),
                shares.stream().mapToLong(TcpPlan.Share::weight).sum(),
                Fields.duration(proxy.hasIdleTimeout(), proxy.getIdleTimeout(), TCP_IDLE_TIMEOUT),
                Fields.positiveOrNull(
                        proxy.hasMaxDownstreamConnectionDuration(), proxy.getMaxDownstreamConnectionDuration()),
                Fields.number(proxy.hasMaxConnectAttempts(), proxy.getMaxConnectAttempts(), 1),
                LogCompiler.logs(proxy.getAccessLogList()),
                hashesSource(proxy));
    }
}
