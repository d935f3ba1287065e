package io.hyaline.proxy.listen;

import io.hyaline.proxy.http.HcmPlan;
import io.hyaline.proxy.log.AccessLogPlan;
import io.hyaline.proxy.match.ChainMatch;
import io.hyaline.proxy.tcp.TcpPlan;
import io.hyaline.proxy.tls.TlsPlan;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A listener, parsed once.
 *
 * @param bufferBytes what may wait to be sent to a client, and be kept of a request; 0 leaves it to the defaults
 */
public record ListenerPlan(
        String name,
        List<SocketAddress> addresses,
        SocketPlan socket,
        boolean useOriginalDestination,
        List<ListenerFilter> filters,
        FilterTimeout filterTimeout,
        List<Chain> chains,
        @Nullable Chain defaultChain,
        List<AccessLogPlan> accessLogs,
        Direction direction,
        int bufferBytes,
        Object content) {

    /** What makes up the socket: a listener whose socket changes is bound anew. */
    public record SocketPlan(boolean bind, boolean transparent, int backlog, boolean reusePort, boolean v6Only) {}

    /** How long listener filters may wait for bytes; zero waits for ever. */
    public record FilterTimeout(Duration timeout, boolean continueOnTimeout) {}

    /** Envoy's TrafficDirection. */
    public enum Direction {
        UNSPECIFIED,
        INBOUND,
        OUTBOUND
    }

    /** Listener filters, each switched off for some destination ports. */
    public sealed interface ListenerFilter {

        Disabled disabled();

        record OriginalDestination(Disabled disabled) implements ListenerFilter {}

        record OriginalSource(int mark, Disabled disabled) implements ListenerFilter {}

        record TlsInspector(Disabled disabled) implements ListenerFilter {}

        record HttpInspector(Disabled disabled) implements ListenerFilter {}

        record ProxyProtocol(boolean optional, Disabled disabled) implements ListenerFilter {}
    }

    /** Envoy's ListenerFilterChainMatchPredicate. */
    public sealed interface Disabled {

        record Never() implements Disabled {}

        record Always() implements Disabled {}

        record Ports(int from, int until) implements Disabled {}

        record Not(Disabled inner) implements Disabled {}

        record And(List<Disabled> inner) implements Disabled {}

        record Or(List<Disabled> inner) implements Disabled {}

        /** Whether the filter is off for a destination port. */
        default boolean test(int port) {
            return switch (this) {
                case Never() -> false;
                case Always() -> true;
                case Ports(int from, int until) -> port >= from && port < until;
                case Not(Disabled inner) -> !inner.test(port);
                case And(List<Disabled> inner) -> inner.stream().allMatch(d -> d.test(port));
                case Or(List<Disabled> inner) -> inner.stream().anyMatch(d -> d.test(port));
            };
        }
    }

    /**
     * A filter chain.
     *
     * @param transport what its TLS was made from
     * @param content what all of it was made from: a chain with other content takes its place
     */
    public record Chain(
            String name,
            ChainMatch match,
            TlsPlan.@Nullable Downstream tls,
            Duration handshakeTimeout,
            Network network,
            Object transport,
            Object content) {}

    /** What a chain ends in. */
    public sealed interface Network {

        record Http(HcmPlan plan) implements Network {}

        record Tcp(TcpPlan plan) implements Network {}
    }
}
