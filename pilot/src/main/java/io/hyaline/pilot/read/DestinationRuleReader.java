package io.hyaline.pilot.read;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.hyaline.model.DestinationRule;
import io.hyaline.model.ObjectKey;
import io.hyaline.model.host.Hosts;
import io.hyaline.model.policy.Subset;
import io.hyaline.model.policy.TrafficPolicy;
import io.hyaline.model.policy.TrafficPolicy.Algorithm;
import io.hyaline.model.policy.TrafficPolicy.ClientTls;
import io.hyaline.model.policy.TrafficPolicy.ConnectionPool;
import io.hyaline.model.policy.TrafficPolicy.HashKey;
import io.hyaline.model.policy.TrafficPolicy.LoadBalancing;
import io.hyaline.model.policy.TrafficPolicy.ProxyHeader;
import io.hyaline.model.policy.TrafficPolicy.Table;
import io.hyaline.objects.istio.DestinationRuleSpec;
import io.hyaline.objects.istio.Specs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** DestinationRules. */
public final class DestinationRuleReader {
    private DestinationRuleReader() {}

    public static DestinationRule read(GenericKubernetesResource object, String clusterDomain) {
        DestinationRuleSpec spec = Specs.read(object, DestinationRuleSpec.class);
        ObjectKey key = Metadata.key(object);
        return new DestinationRule(
                key,
                Metadata.created(object),
                Hosts.qualified(spec.host(), key.namespace(), clusterDomain),
                new DestinationRule.Content(policy(spec.trafficPolicy()), subsets(spec.subsets())),
                spec.workloadSelector() == null
                        ? Map.of()
                        : spec.workloadSelector().matchLabels(),
                VirtualServiceReader.exported(spec.exportTo(), key.namespace()));
    }

    private static List<Subset> subsets(List<DestinationRuleSpec.Subset> all) {
        return all.stream()
                .map(subset -> new Subset(subset.name(), subset.labels(), policy(subset.trafficPolicy())))
                .toList();
    }

    private static TrafficPolicy policy(DestinationRuleSpec.@Nullable TrafficPolicy policy) {
        if (policy == null) {
            return TrafficPolicy.NONE;
        }
        Map<Integer, TrafficPolicy> ports = new HashMap<>();
        for (DestinationRuleSpec.PortPolicy port : policy.portLevelSettings()) {
            ports.put(
                    Objects.requireNonNull(port.port(), "portLevelSettings without port")
                            .number(),
                    new TrafficPolicy(
                            loadBalancing(port.loadBalancer()),
                            pool(port.connectionPool()),
                            outliers(port.outlierDetection()),
                            tls(port.tls()),
                            null,
                            Map.of()));
        }
        return new TrafficPolicy(
                loadBalancing(policy.loadBalancer()),
                pool(policy.connectionPool()),
                outliers(policy.outlierDetection()),
                tls(policy.tls()),
                proxyHeader(policy.proxyProtocol()),
                ports);
    }

    private static @Nullable ProxyHeader proxyHeader(DestinationRuleSpec.@Nullable ProxyProtocol protocol) {
        if (protocol == null) {
            return null;
        }
        return protocol.version() == DestinationRuleSpec.ProxyProtocolVersion.V2 ? ProxyHeader.V2 : ProxyHeader.V1;
    }

    private static @Nullable LoadBalancing loadBalancing(DestinationRuleSpec.@Nullable LoadBalancer balancer) {
        if (balancer == null) {
            return null;
        }
        if (balancer.consistentHash() != null) {
            return consistent(balancer.consistentHash());
        }
        return switch (balancer.simple()) {
            case null -> null;
            case UNSPECIFIED -> null;
            case LEAST_CONN, LEAST_REQUEST -> new LoadBalancing.Simple(Algorithm.LEAST_REQUEST);
            case RANDOM -> new LoadBalancing.Simple(Algorithm.RANDOM);
            case PASSTHROUGH -> new LoadBalancing.Simple(Algorithm.PASSTHROUGH);
            case ROUND_ROBIN -> new LoadBalancing.Simple(Algorithm.ROUND_ROBIN);
        };
    }

    private static LoadBalancing consistent(DestinationRuleSpec.ConsistentHash hash) {
        List<HashKey> keys = new ArrayList<>();
        if (!hash.httpHeaderName().isEmpty()) {
            keys.add(new HashKey.Header(hash.httpHeaderName()));
        }
        if (hash.httpCookie() != null) {
            DestinationRuleSpec.HashCookie cookie = hash.httpCookie();
            keys.add(
                    new HashKey.Cookie(cookie.name(), cookie.path(), Durations.orNull("httpCookie.ttl", cookie.ttl())));
        }
        if (hash.useSourceIp()) {
            keys.add(new HashKey.SourceAddress());
        }
        if (!hash.httpQueryParameterName().isEmpty()) {
            keys.add(new HashKey.QueryParameter(hash.httpQueryParameterName()));
        }
        if (hash.maglev() != null) {
            return new LoadBalancing.Consistent(
                    keys.getFirst(), Table.MAGLEV, orZero(hash.maglev().tableSize()));
        }
        Long size = hash.ringHash() == null
                ? hash.minimumRingSize()
                : hash.ringHash().minimumRingSize();
        return new LoadBalancing.Consistent(keys.getFirst(), Table.RING, orZero(size));
    }

    private static long orZero(@Nullable Long number) {
        return Objects.requireNonNullElse(number, 0L);
    }

    private static int orZero(@Nullable Integer number) {
        return Objects.requireNonNullElse(number, 0);
    }

    static @Nullable ConnectionPool pool(DestinationRuleSpec.@Nullable ConnectionPool pool) {
        if (pool == null) {
            return null;
        }
        return new ConnectionPool(
                pool.tcp() == null ? ConnectionPool.Tcp.NONE : tcp(pool.tcp()),
                pool.http() == null ? ConnectionPool.Http.NONE : http(pool.http()));
    }

    private static ConnectionPool.Tcp tcp(DestinationRuleSpec.TcpPool tcp) {
        DestinationRuleSpec.TcpKeepalive keepalive = tcp.tcpKeepalive();
        return new ConnectionPool.Tcp(
                orZero(tcp.maxConnections()),
                Durations.orNull("tcp.connectTimeout", tcp.connectTimeout()),
                keepalive == null
                        ? null
                        : new ConnectionPool.Keepalive(
                                orZero(keepalive.probes()),
                                Durations.orNull("tcpKeepalive.time", keepalive.time()),
                                Durations.orNull("tcpKeepalive.interval", keepalive.interval())),
                Durations.orNull("tcp.idleTimeout", tcp.idleTimeout()),
                Durations.orNull("tcp.maxConnectionDuration", tcp.maxConnectionDuration()));
    }

    private static ConnectionPool.Http http(DestinationRuleSpec.HttpPool http) {
        Boolean upgrade = switch (http.h2UpgradePolicy()) {
            case null -> null;
            case DEFAULT -> null;
            case DO_NOT_UPGRADE -> false;
            case UPGRADE -> true;
        };
        return new ConnectionPool.Http(
                orZero(http.http1MaxPendingRequests()),
                orZero(http.http2MaxRequests()),
                orZero(http.maxRequestsPerConnection()),
                orZero(http.maxRetries()),
                Durations.orNull("http.idleTimeout", http.idleTimeout()),
                upgrade,
                http.useClientProtocol(),
                orZero(http.maxConcurrentStreams()));
    }

    private static TrafficPolicy.@Nullable OutlierDetection outliers(
            DestinationRuleSpec.@Nullable OutlierDetection given) {
        return given == null
                ? null
                : new TrafficPolicy.OutlierDetection(
                        given.consecutive5xxErrors(),
                        given.consecutiveGatewayErrors() == null
                                ? given.consecutiveErrors()
                                : given.consecutiveGatewayErrors(),
                        given.consecutiveLocalOriginFailures(),
                        Boolean.TRUE.equals(given.splitExternalLocalOriginErrors()),
                        Durations.orNull("outlierDetection.interval", given.interval()),
                        Durations.orNull("outlierDetection.baseEjectionTime", given.baseEjectionTime()),
                        given.maxEjectionPercent(),
                        orZero(given.minHealthPercent()));
    }

    private static @Nullable ClientTls tls(DestinationRuleSpec.@Nullable ClientTls tls) {
        if (tls == null || tls.mode() == null) {
            return null;
        }
        return new ClientTls(
                ClientTls.Mode.valueOf(tls.mode().name()),
                tls.credentialName(),
                tls.subjectAltNames(),
                tls.sni(),
                Boolean.TRUE.equals(tls.insecureSkipVerify()));
    }
}
