package io.hyaline.proxy.upstream;

import io.hyaline.proxy.hash.HashTable;
import io.hyaline.proxy.http2.Http2Limits;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A cluster as configured.
 *
 * @param endpoints those written in the cluster itself; EDS ones come apart
 * @param content what it was made from: equal content keeps its pools
 */
public record ClusterPlan(
        String name,
        String statName,
        Found found,
        Balancing balancing,
        EndpointSet endpoints,
        Connecting connecting,
        Sockets sockets,
        Protocol protocol,
        Security security,
        Breakers breakers,
        Object content) {

    /** Where endpoints come from. */
    public enum Discovery {
        STATIC,
        EDS,
        ORIGINAL_DST,
        STRICT_DNS,
        LOGICAL_DNS
    }

    /**
     * Where endpoints come from, and what is needed to get them.
     *
     * @param edsService the name under which EDS knows the cluster
     * @param refresh how often names are resolved again
     */
    public record Found(Discovery discovery, String edsService, Family family, Duration refresh) {}

    /** Envoy's DnsLookupFamily. */
    public enum Family {
        AUTO,
        V4_ONLY,
        V6_ONLY,
        V4_PREFERRED,
        ALL
    }

    /**
     * How one of them is chosen, and which are left out.
     *
     * @param panicPercent with fewer healthy endpoints than this share, health no longer counts; 0 never panics
     * @param localityWeights whether the weights of localities count
     * @param outliers null when misbehaving endpoints stay in
     * @param hashing not null when it is chosen by hash
     */
    public record Balancing(
            Balance balance,
            int panicPercent,
            boolean localityWeights,
            @Nullable OutlierPlan outliers,
            @Nullable Hashing hashing) {}

    /** Consistent hashing: what its table is like, and whether endpoints are known by their names or by their addresses. */
    public record Hashing(HashTable.Kind kind, boolean byHostname) {}

    /**
     * Envoy's outlier detection by consecutive failures. A threshold of 0 does not exist; an enforcing share of 0 percent
     * only counts.
     *
     * @param split failures of the network are told apart from answers of the endpoint
     */
    public record OutlierPlan(
            Trigger serverErrors,
            Trigger gatewayErrors,
            Trigger localOrigin,
            boolean split,
            Duration interval,
            Duration ejection,
            Duration longestEjection,
            int maxEjectedPercent,
            boolean oneAlways) {

        /** So many failures in a row, and how often out of a hundred that has consequences. */
        public record Trigger(int threshold, int enforcingPercent) {}
    }

    /**
     * Opening connections.
     *
     * @param bufferBytes what may wait to be sent before reading stops; 0 leaves it to the transport
     */
    public record Connecting(Duration timeout, int bufferBytes) {}

    /** How one is chosen. */
    public enum Balance {
        ROUND_ROBIN,
        LEAST_REQUEST,
        RANDOM,
        HASHED,
        CLUSTER_PROVIDED
    }

    /**
     * What its sockets are like.
     *
     * @param bind the own address to leave from, by family; null leaves it to the kernel
     */
    public record Sockets(
            @Nullable InetAddress bind,
            @Nullable InetAddress bindOther,
            int bindPort,
            List<SocketOption> options,
            @Nullable KeepAlive keepAlive) {

        public static final Sockets DEFAULT = new Sockets(null, null, 0, List.of(), null);

        /** Envoy's TcpKeepalive, in probes and seconds; 0 leaves it to the system. */
        public record KeepAlive(int probes, int time, int interval) {}

        /** The configured own address of the family of {@code target}. */
        public @Nullable InetAddress bindFor(InetAddress target) {
            Class<?> family = target.getClass();
            if (bind != null && bind.getClass() == family) {
                return bind;
            }
            return bindOther != null && bindOther.getClass() == family ? bindOther : null;
        }
    }

    /** A raw integer socket option, set before binding. */
    public record SocketOption(int level, int name, int value) {}

    /**
     * What is spoken to the endpoints.
     *
     * @param http2 bounds of connections that speak it
     * @param idleTimeout zero keeps idle connections
     * @param maxRequestsPerConnection zero means no bound
     * @param maxConnectionDuration how old a connection may be when a request takes it; null means any age
     */
    public record Protocol(
            HttpVersion version,
            Duration idleTimeout,
            int maxRequestsPerConnection,
            @Nullable Duration maxStreamDuration,
            @Nullable Duration maxConnectionDuration,
            boolean http1Trailers,
            Http2Limits http2) {

        public static final Protocol DEFAULT =
                new Protocol(HttpVersion.HTTP1, Duration.ofHours(1), 0, null, null, false, Http2Limits.UPSTREAM);

        /** The version for a request that came by HTTP/1.x, or by HTTP/2; AUTO when TLS will settle it. */
        public HttpVersion versionFor(boolean http2Request) {
            return switch (version) {
                case HTTP1, HTTP2, AUTO -> version;
                case DOWNSTREAM -> http2Request ? HttpVersion.HTTP2 : HttpVersion.HTTP1;
            };
        }
    }

    public Discovery discovery() {
        return found.discovery();
    }

    /** Which HTTP version goes upstream. */
    public enum HttpVersion {
        HTTP1,
        HTTP2,
        AUTO,
        DOWNSTREAM
    }

    /** Transport sockets: the first whose criteria the endpoint's metadata meets, else the default. */
    public record Security(List<Match> matches, Transport transport) {

        public static final Security PLAIN = new Security(List.of(), new Transport.Plain());

        /** Criteria are compared with the endpoint's {@code envoy.transport_socket_match} metadata. */
        public record Match(String name, Map<String, String> criteria, Transport transport) {}

        public Transport transportFor(Endpoint endpoint) {
            for (Match match : matches) {
                if (endpoint.transportMatch()
                        .entrySet()
                        .containsAll(match.criteria().entrySet())) {
                    return match.transport();
                }
            }
            return transport;
        }
    }

    /** Circuit breakers of the default priority. */
    public record Breakers(int maxConnections, int maxPendingRequests, int maxRequests, int maxRetries) {

        public static final Breakers DEFAULT = new Breakers(1024, 1024, 1024, 3);
    }

    /** The endpoints of all localities. */
    public record EndpointSet(List<Locality> localities, int overprovisioningPercent) {

        public static final EndpointSet EMPTY = new EndpointSet(List.of(), 140);
    }

    /** Endpoints of one place and priority. */
    public record Locality(
            String region, String zone, String subZone, int priority, int weight, List<Endpoint> endpoints) {}

    /**
     * One endpoint.
     *
     * @param address for DNS clusters unresolved
     * @param transportMatch its {@code envoy.transport_socket_match} metadata
     * @param hashKey its {@code envoy.lb} metadata {@code hash_key}, by which consistent hashing knows it; empty for none
     */
    public record Endpoint(
            SocketAddress address,
            String hostname,
            int weight,
            boolean healthy,
            Map<String, String> transportMatch,
            String hashKey) {}
}
