package io.hyaline.pilot.simulate;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilter;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilterChainMatchPredicate;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.hyaline.pilot.generate.ProxyResources;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Walks a call through generated resources by Envoy's matching rules: a second reading of them, without sockets. */
public final class Simulation {
    private final ProxyResources resources;

    public Simulation(ProxyResources resources) {
        this.resources = resources;
    }

    /** A call that interception brought to 15006. */
    public Outcome inbound(Call call) {
        return through(resources.listeners().get("virtualInbound"), call);
    }

    /** A call that interception brought to 15001. */
    public Outcome outbound(Call call) {
        Listener exact = resources.listeners().get(call.address() + "_" + call.port());
        Listener wildcard = resources.listeners().get("0.0.0.0_" + call.port());
        Listener listener = exact != null ? exact : wildcard;
        return through(listener != null ? listener : resources.listeners().get("virtualOutbound"), call);
    }

    /** What the call looks like on the way to the first endpoint of a cluster. */
    public Call onTheWire(String clusterName, Call call) {
        Cluster cluster = resources.clusters().get(clusterName);
        LbEndpoint endpoint =
                resources.endpoints().get(clusterName).getEndpoints(0).getLbEndpoints(0);
        var address = endpoint.getEndpoint().getAddress().getSocketAddress();
        boolean mesh = endpoint.getMetadata().containsFilterMetadata("envoy.transport_socket_match");
        Call sent = new Call(
                address.getAddress(),
                address.getPortValue(),
                Call.Wire.PLAINTEXT,
                "",
                List.of(),
                call.http(),
                call.authority());
        if (!mesh) {
            return sent;
        }
        try {
            UpstreamTlsContext tls = cluster.getTransportSocketMatches(0)
                    .getTransportSocket()
                    .getTypedConfig()
                    .unpack(UpstreamTlsContext.class);
            return sent.inTls(
                    tls.getSni(),
                    tls.getCommonTlsContext().getAlpnProtocolsList().toArray(String[]::new));
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private Outcome through(Listener listener, Call call) {
        boolean sniffsTls = inspects(listener, "tls_inspector", call.port());
        boolean sniffsHttp = inspects(listener, "http_inspector", call.port());
        boolean tls = call.wire() == Call.Wire.TLS && sniffsTls;
        List<String> alpn = tls ? call.alpn() : call.http() && sniffsHttp ? List.of("http/1.1") : List.of();
        FilterChain chain = match(listener, call, tls ? "tls" : "raw_buffer", alpn);
        if (chain == null) {
            return new Outcome(listener.getName(), "", "NO_CHAIN", false, "", "");
        }
        return handled(listener, chain, call);
    }

    private static boolean inspects(Listener listener, String name, int port) {
        return listener.getListenerFiltersList().stream()
                .filter(f -> f.getName().endsWith(name))
                .anyMatch(f -> !disabled(f, port));
    }

    private static boolean disabled(ListenerFilter filter, int port) {
        ListenerFilterChainMatchPredicate p = filter.getFilterDisabled();
        return p.hasOrMatch() ? p.getOrMatch().getRulesList().stream().anyMatch(r -> covers(r, port)) : covers(p, port);
    }

    private static boolean covers(ListenerFilterChainMatchPredicate p, int port) {
        return p.hasDestinationPortRange()
                && p.getDestinationPortRange().getStart() <= port
                && port < p.getDestinationPortRange().getEnd();
    }

    /** Stage by stage; whoever names the value beats whoever leaves it out, and there is no way back. */
    private static FilterChain match(Listener listener, Call call, String transport, List<String> alpn) {
        List<FilterChain> left = listener.getFilterChainsList();
        left = stage(left, m -> m.getDestinationPort().getValue() == call.port(), m -> !m.hasDestinationPort());
        left = stage(left, m -> m.getServerNamesList().contains(call.sni()), m -> m.getServerNamesCount() == 0);
        left = stage(
                left,
                m -> m.getTransportProtocol().equals(transport),
                m -> m.getTransportProtocol().isEmpty());
        for (String protocol : alpn) {
            if (left.stream()
                    .anyMatch(c -> c.getFilterChainMatch()
                            .getApplicationProtocolsList()
                            .contains(protocol))) {
                left = stage(left, m -> m.getApplicationProtocolsList().contains(protocol), _ -> false);
                return left.getFirst();
            }
        }
        left = stage(left, _ -> false, m -> m.getApplicationProtocolsCount() == 0);
        FilterChain fallback = listener.hasDefaultFilterChain() ? listener.getDefaultFilterChain() : null;
        return left.isEmpty() ? fallback : left.getFirst();
    }

    private static List<FilterChain> stage(
            List<FilterChain> chains, Predicate<FilterChainMatch> exact, Predicate<FilterChainMatch> wildcard) {
        List<FilterChain> named =
                chains.stream().filter(c -> exact.test(c.getFilterChainMatch())).toList();
        return named.isEmpty()
                ? chains.stream()
                        .filter(c -> wildcard.test(c.getFilterChainMatch()))
                        .toList()
                : named;
    }

    private Outcome handled(Listener listener, FilterChain chain, Call call) {
        String name = chain.getName().isEmpty() ? "-" : chain.getName();
        boolean endsTls = chain.hasTransportSocket();
        Filter last = chain.getFilters(chain.getFiltersCount() - 1);
        try {
            if (last.getTypedConfig().is(TcpProxy.class)) {
                String cluster = last.getTypedConfig().unpack(TcpProxy.class).getCluster();
                return new Outcome(listener.getName(), name, "TCP", endsTls, "", cluster);
            }
            HttpConnectionManager manager = last.getTypedConfig().unpack(HttpConnectionManager.class);
            RouteConfiguration routes = manager.hasRouteConfig()
                    ? manager.getRouteConfig()
                    : resources.routes().get(manager.getRds().getRouteConfigName());
            Optional<Route> route = host(routes, call.authority()).map(h -> h.getRoutes(0));
            if (route.isEmpty()) {
                return new Outcome(listener.getName(), name, "NO_ROUTE", endsTls, "", "");
            }
            String handling = route.get().hasDirectResponse()
                    ? "DIRECT_" + route.get().getDirectResponse().getStatus()
                    : "HTTP";
            return new Outcome(
                    listener.getName(),
                    name,
                    handling,
                    endsTls,
                    route.get().getName(),
                    route.get().getRoute().getCluster());
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private static Optional<VirtualHost> host(RouteConfiguration routes, String authority) {
        String host = routes.getIgnorePortInHostMatching() ? authority.replaceFirst(":\\d+$", "") : authority;
        Optional<VirtualHost> exact = having(routes, d -> d.equals(host));
        Optional<VirtualHost> suffix =
                exact.or(() -> having(routes, d -> d.startsWith("*.") && host.endsWith(d.substring(1))));
        return suffix.or(() -> having(routes, d -> d.equals("*")));
    }

    private static Optional<VirtualHost> having(RouteConfiguration routes, Predicate<String> domain) {
        return routes.getVirtualHostsList().stream()
                .filter(h -> h.getDomainsList().stream().anyMatch(domain))
                .findFirst();
    }
}
