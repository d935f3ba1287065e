package io.hyaline.pilot.filter;

import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilter;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilterChainMatchPredicate;
import io.envoyproxy.envoy.extensions.filters.listener.http_inspector.v3.HttpInspector;
import io.envoyproxy.envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector;
import io.envoyproxy.envoy.type.v3.Int32Range;
import io.hyaline.pilot.wire.Protos;
import java.util.List;
import java.util.Set;

/** The listener filters that read the first bytes, switched off for destination ports that do not need them. */
public final class Inspectors {
    private static final int FIRST_READ_BYTES = 512;

    private Inspectors() {}

    public static ListenerFilter tls(Set<Integer> disabledPorts) {
        return except(
                disabledPorts,
                Protos.listenerFilter(
                        "envoy.filters.listener.tls_inspector",
                        TlsInspector.newBuilder()
                                .setInitialReadBufferSize(UInt32Value.of(FIRST_READ_BYTES))
                                .build()));
    }

    public static ListenerFilter http(Set<Integer> disabledPorts) {
        return except(
                disabledPorts,
                Protos.listenerFilter("envoy.filters.listener.http_inspector", HttpInspector.getDefaultInstance()));
    }

    private static ListenerFilter except(Set<Integer> ports, ListenerFilter filter) {
        if (ports.isEmpty()) {
            return filter;
        }
        List<ListenerFilterChainMatchPredicate> rules = ports.stream()
                .sorted()
                .map(port -> ListenerFilterChainMatchPredicate.newBuilder()
                        .setDestinationPortRange(
                                Int32Range.newBuilder().setStart(port).setEnd(port + 1))
                        .build())
                .toList();
        return filter.toBuilder().setFilterDisabled(anyOf(rules)).build();
    }

    private static ListenerFilterChainMatchPredicate anyOf(List<ListenerFilterChainMatchPredicate> rules) {
        return rules.size() == 1
                ? rules.getFirst()
                : ListenerFilterChainMatchPredicate.newBuilder()
                        .setOrMatch(ListenerFilterChainMatchPredicate.MatchSet.newBuilder()
                                .addAllRules(rules))
                        .build();
    }
}
