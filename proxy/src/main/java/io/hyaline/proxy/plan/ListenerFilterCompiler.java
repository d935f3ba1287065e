package io.hyaline.proxy.plan;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilterChainMatchPredicate;
import io.envoyproxy.envoy.extensions.filters.listener.http_inspector.v3.HttpInspector;
import io.envoyproxy.envoy.extensions.filters.listener.original_dst.v3.OriginalDst;
import io.envoyproxy.envoy.extensions.filters.listener.original_src.v3.OriginalSrc;
import io.envoyproxy.envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol;
import io.envoyproxy.envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector;
import io.hyaline.proxy.listen.ListenerPlan.Disabled;
import io.hyaline.proxy.listen.ListenerPlan.ListenerFilter;
import java.util.ArrayList;
import java.util.List;

/** Listener filters, known by the type of their configuration or, as old bootstraps write them, by name alone. */
final class ListenerFilterCompiler {

    private ListenerFilterCompiler() {}

    static List<ListenerFilter> filters(Listener listener) throws InvalidProtocolBufferException {
        List<ListenerFilter> filters = new ArrayList<>();
        for (var filter : listener.getListenerFiltersList()) {
            try {
                filters.add(filter(filter));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("listener filter '" + filter.getName() + "': " + e.getMessage(), e);
            }
        }
        return List.copyOf(filters);
    }

    private static ListenerFilter filter(io.envoyproxy.envoy.config.listener.v3.ListenerFilter filter)
            throws InvalidProtocolBufferException {
        Disabled disabled = filter.hasFilterDisabled() ? disabled(filter.getFilterDisabled()) : new Disabled.Never();
        Any config = filter.getTypedConfig();
        if (is(filter, OriginalDst.class, "envoy.filters.listener.original_dst")) {
            return new ListenerFilter.OriginalDestination(disabled);
        }
        if (config.is(OriginalSrc.class)) {
            OriginalSrc source = config.unpack(OriginalSrc.class);
            Fields.only(source, "bind_port", "mark");
            if (source.getBindPort()) {
                throw Fields.refuse("bind_port: the client's own port would collide in conntrack and is never kept");
            }
            return new ListenerFilter.OriginalSource(source.getMark(), disabled);
        }
        if (is(filter, TlsInspector.class, "envoy.filters.listener.tls_inspector")) {
            return new ListenerFilter.TlsInspector(disabled);
        }
        if (is(filter, HttpInspector.class, "envoy.filters.listener.http_inspector")) {
            return new ListenerFilter.HttpInspector(disabled);
        }
        if (is(filter, ProxyProtocol.class, "envoy.filters.listener.proxy_protocol")) {
            ProxyProtocol proxy = config.unpack(ProxyProtocol.class);
            Fields.only(proxy, "allow_requests_without_proxy_protocol", "stat_prefix");
            return new ListenerFilter.ProxyProtocol(proxy.getAllowRequestsWithoutProxyProtocol(), disabled);
        }
        throw Fields.refuse("type '" + config.getTypeUrl() + "' is not supported");
    }

    private static boolean is(
            io.envoyproxy.envoy.config.listener.v3.ListenerFilter filter,
            Class<? extends com.google.protobuf.Message> type,
            String name) {
        return filter.hasTypedConfig()
                ? filter.getTypedConfig().is(type)
                : filter.getName().equals(name);
    }

    private static Disabled disabled(ListenerFilterChainMatchPredicate predicate) {
        return switch (predicate.getRuleCase()) {
            case OR_MATCH ->
                new Disabled.Or(predicate.getOrMatch().getRulesList().stream()
                        .map(ListenerFilterCompiler::disabled)
                        .toList());
            case AND_MATCH ->
                new Disabled.And(predicate.getAndMatch().getRulesList().stream()
                        .map(ListenerFilterCompiler::disabled)
                        .toList());
            case NOT_MATCH -> new Disabled.Not(disabled(predicate.getNotMatch()));
            case ANY_MATCH -> new Disabled.Always();
            case DESTINATION_PORT_RANGE ->
                new Disabled.Ports(
                        predicate.getDestinationPortRange().getStart(),
                        predicate.getDestinationPortRange().getEnd());
            case RULE_NOT_SET -> throw Fields.refuse("filter_disabled is empty");
        };
    }
}
