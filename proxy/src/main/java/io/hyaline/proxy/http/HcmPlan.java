package io.hyaline.proxy.http;

import io.hyaline.proxy.forward.UpstreamAlpn;
import io.hyaline.proxy.http2.Http2Limits;
import io.hyaline.proxy.log.AccessLogPlan;
import io.hyaline.proxy.match.Cidr;
import io.hyaline.proxy.route.FaultPlan;
import io.hyaline.proxy.route.RouteTable;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Envoy's HttpConnectionManager, parsed once. */
public record HcmPlan(
        String statPrefix,
        Codec codec,
        Routes routes,
        Edge edge,
        ClientCertificate clientCertificate,
        Server server,
        Paths paths,
        Timeouts timeouts,
        RequestIds requestIds,
        Limits limits,
        List<Filter> filters,
        List<AccessLogPlan> accessLogs) {

    /** Whether the router adds headers of its own to answers. */
    public boolean addsResponseHeaders() {
        return filters.getLast() instanceof Filter.Router(boolean adds) && adds;
    }

    /** What upstream connections offer by ALPN: the first filter that says so decides. */
    public UpstreamAlpn alpn() {
        for (Filter filter : filters) {
            if (filter instanceof Filter.Alpn(UpstreamAlpn alpn)) {
                return alpn;
            }
        }
        return new UpstreamAlpn.Own();
    }

    /** Whether a connection that began under this one may go on under {@code next}: what it took for its whole life is the same. */
    public boolean keepsConnectionsFor(HcmPlan next) {
        return codec == next.codec
                && limits.equals(next.limits.with(limits.upgrades))
                && timeouts.connectionIdle.equals(next.timeouts.connectionIdle)
                && timeouts.requestHeaders.equals(next.timeouts.requestHeaders)
                && timeouts.maxConnectionNanos() == next.timeouts.maxConnectionNanos()
                && timeouts.drain.equals(next.timeouts.drain);
    }

    /** What is spoken downstream. */
    public enum Codec {
        AUTO,
        HTTP1,
        HTTP2
    }

    /** Routes written inline, or named. */
    public sealed interface Routes {

        record Inline(RouteTable table) implements Routes {}

        record Named(String name) implements Routes {}
    }

    /**
     * Who is trusted to say where a request comes from.
     *
     * @param internal what counts as an internal address
     */
    public record Edge(
            boolean useRemoteAddress,
            int trustedHops,
            boolean skipXffAppend,
            List<Cidr> internal,
            boolean appendForwardedPort,
            String via) {}

    /** x-forwarded-client-cert. */
    public record ClientCertificate(ForwardMode mode, Set<Detail> details) {}

    /** Envoy's ForwardClientCertDetails. */
    public enum ForwardMode {
        SANITIZE,
        FORWARD_ONLY,
        APPEND_FORWARD,
        SANITIZE_SET,
        ALWAYS_FORWARD_ONLY
    }

    /** Parts of the peer's certificate to pass on, in the order they are written. */
    public enum Detail {
        CERT,
        CHAIN,
        SUBJECT,
        URI,
        DNS
    }

    /** The server header of answers. */
    public record Server(String name, ServerHeader header) {}

    /** Envoy's ServerHeaderTransformation. */
    public enum ServerHeader {
        OVERWRITE,
        APPEND_IF_ABSENT,
        PASS_THROUGH
    }

    public record Paths(boolean normalize, boolean mergeSlashes, boolean stripPort) {}

    /** Zero means none. */
    public record Timeouts(
            Duration connectionIdle,
            Duration streamIdle,
            Duration request,
            Duration requestHeaders,
            @Nullable Duration maxConnection,
            @Nullable Duration maxStream,
            Duration drain) {

        long maxConnectionNanos() {
            return maxConnection == null ? 0 : maxConnection.toNanos();
        }

        long maxStreamNanos() {
            return maxStream == null ? 0 : maxStream.toNanos();
        }
    }

    public record RequestIds(boolean generate, boolean preserveExternal, boolean alwaysInResponse) {}

    public record Limits(
            int maxHeadBytes,
            int maxHeaders,
            int maxRequestsPerConnection,
            boolean acceptHttp10,
            String http10Host,
            boolean http1Trailers,
            Http2Limits http2,
            Set<String> upgrades) {

        boolean upgradesTo(@Nullable String protocol) {
            return protocol != null && upgrades.contains(protocol.toLowerCase(Locale.ROOT));
        }

        /** The same but for what a request may upgrade to, which is asked of each anew. */
        private Limits with(Set<String> others) {
            return new Limits(
                    maxHeadBytes,
                    maxHeaders,
                    maxRequestsPerConnection,
                    acceptHttp10,
                    http10Host,
                    http1Trailers,
                    http2,
                    others);
        }
    }

    /** HTTP filters, in order; the last one is the router. */
    public sealed interface Filter {

        /** Does what Envoy's router does. */
        record Router(boolean addResponseHeaders) implements Filter {}

        /** Chooses what upstream connections offer by ALPN. */
        record Alpn(UpstreamAlpn alpn) implements Filter {}

        /** Delays or aborts some requests; routes may say otherwise under its name. */
        record Fault(String name, boolean enabled, FaultPlan own) implements Filter {}

        /** Answers questions of browsers about origins; routes say how under its name. */
        record Cors(String name, boolean enabled) implements Filter {}

        /** Known to do nothing that a client could see. */
        record Silent(String name) implements Filter {}
    }
}
