package io.hyaline.model.policy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How connections to a host are made; what is null is not said.
 *
 * @param ports what a port replaces as a whole
 */
public record TrafficPolicy(
        @Nullable LoadBalancing loadBalancing,
        @Nullable ConnectionPool pool,
        @Nullable OutlierDetection outliers,
        @Nullable ClientTls tls,
        @Nullable ProxyHeader proxyHeader,
        Map<Integer, TrafficPolicy> ports) {
    public static final TrafficPolicy NONE = new TrafficPolicy(null, null, null, null, null, Map.of());

    public TrafficPolicy {
        ports = Map.copyOf(ports);
    }

    /** What holds for one port: settings of the port replace those of the whole, they do not merge. */
    public TrafficPolicy of(int port) {
        TrafficPolicy own = ports.get(port);
        return own == null
                ? new TrafficPolicy(loadBalancing, pool, outliers, tls, proxyHeader, Map.of())
                : new TrafficPolicy(own.loadBalancing, own.pool, own.outliers, own.tls, proxyHeader, Map.of());
    }

    /** A subset's settings over the host's: each that is given counts instead. */
    public TrafficPolicy over(TrafficPolicy host) {
        return new TrafficPolicy(
                loadBalancing == null ? host.loadBalancing : loadBalancing,
                pool == null ? host.pool : pool,
                outliers == null ? host.outliers : outliers,
                tls == null ? host.tls : tls,
                proxyHeader == null ? host.proxyHeader : proxyHeader,
                ports.isEmpty() ? host.ports : ports);
    }

    /** How an endpoint is chosen. */
    public sealed interface LoadBalancing {
        record Simple(Algorithm algorithm) implements LoadBalancing {}

        /** The same key, the same endpoint; a table size of 0 is the default one. */
        record Consistent(HashKey key, Table table, long size) implements LoadBalancing {}
    }

    public enum Algorithm {
        LEAST_REQUEST,
        ROUND_ROBIN,
        RANDOM,
        PASSTHROUGH
    }

    public enum Table {
        RING,
        MAGLEV
    }

    /** What is hashed. */
    public sealed interface HashKey {
        record Header(String name) implements HashKey {}

        /** A ttl makes the proxy set the cookie when it is absent. */
        record Cookie(String name, String path, @Nullable Duration ttl) implements HashKey {}

        record SourceAddress() implements HashKey {}

        record QueryParameter(String name) implements HashKey {}
    }

    /** Limits; 0 and null leave the default. */
    public record ConnectionPool(Tcp tcp, Http http) {
        public record Tcp(
                int maxConnections,
                @Nullable Duration connectTimeout,
                @Nullable Keepalive keepalive,
                @Nullable Duration idleTimeout,
                @Nullable Duration maxDuration) {
            public static final Tcp NONE = new Tcp(0, null, null, null, null);
        }

        public record Keepalive(
                int probes,
                @Nullable Duration time,
                @Nullable Duration interval) {}

        /** {@code upgrade} is null when nothing is said of HTTP/2. */
        public record Http(
                int maxPendingRequests,
                int maxRequests,
                int maxRequestsPerConnection,
                int maxRetries,
                @Nullable Duration idleTimeout,
                @Nullable Boolean upgrade,
                boolean clientProtocol,
                int maxStreams) {
            public static final Http NONE = new Http(0, 0, 0, 0, null, null, false, 0);
        }
    }

    /** When an endpoint is left alone for a while; null and 0 leave the default. */
    public record OutlierDetection(
            @Nullable Integer consecutive5xx,
            @Nullable Integer consecutiveGatewayErrors,
            @Nullable Integer consecutiveLocalFailures,
            boolean splitLocalErrors,
            @Nullable Duration interval,
            @Nullable Duration ejectionTime,
            @Nullable Integer maxEjectionPercent,
            int minHealthPercent) {}

    /**
     * TLS towards the host.
     *
     * @param credential a secret of the gateway's namespace, or empty
     * @param skipVerify whoever answers is believed
     */
    public record ClientTls(
            Mode mode, String credential, List<String> peerNames, String serverName, boolean skipVerify) {
        /** The names are Istio's. */
        public enum Mode {
            DISABLE,
            SIMPLE,
            MUTUAL,
            ISTIO_MUTUAL
        }

        public ClientTls {
            peerNames = List.copyOf(peerNames);
        }
    }

    /** A PROXY protocol header goes ahead of each connection. */
    public enum ProxyHeader {
        V1,
        V2
    }
}
