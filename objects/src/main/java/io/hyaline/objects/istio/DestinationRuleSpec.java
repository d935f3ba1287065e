package io.hyaline.objects.istio;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code networking.istio.io} DestinationRule. */
public record DestinationRuleSpec(
        @Required String host,
        @Nullable TrafficPolicy trafficPolicy,
        List<Subset> subsets,
        List<String> exportTo,
        @Nullable WorkloadLabels workloadSelector) {

    public record WorkloadLabels(Map<String, String> matchLabels) {}

    public record Subset(
            @Required String name,
            Map<String, String> labels,
            @Nullable TrafficPolicy trafficPolicy) {}

    public record TrafficPolicy(
            @Nullable LoadBalancer loadBalancer,
            @Nullable ConnectionPool connectionPool,
            @Nullable OutlierDetection outlierDetection,
            @Nullable ClientTls tls,
            List<PortPolicy> portLevelSettings,
            @Nullable Tunnel tunnel,
            @Nullable ProxyProtocol proxyProtocol,
            @Nullable RetryBudget retryBudget) {}

    public record PortPolicy(
            VirtualServiceSpec.@Nullable PortSelector port,
            @Nullable LoadBalancer loadBalancer,
            @Nullable ConnectionPool connectionPool,
            @Nullable OutlierDetection outlierDetection,
            @Nullable ClientTls tls) {}

    public enum Simple {
        UNSPECIFIED,
        LEAST_CONN,
        RANDOM,
        PASSTHROUGH,
        ROUND_ROBIN,
        LEAST_REQUEST
    }

    public record LoadBalancer(
            @Nullable Simple simple,
            @Nullable ConsistentHash consistentHash,
            @Nullable Locality localityLbSetting,
            String warmupDurationSecs,
            @Nullable Warmup warmup) {}

    public record Warmup(
            @Required String duration,
            @Nullable Double minimumPercent,
            @Nullable Double aggression) {}

    public record ConsistentHash(
            String httpHeaderName,
            @Nullable HashCookie httpCookie,
            boolean useSourceIp,
            String httpQueryParameterName,
            @Nullable RingHash ringHash,
            @Nullable Maglev maglev,
            @Nullable Long minimumRingSize) {}

    public record HashCookie(@Required String name, String path, String ttl) {}

    public record RingHash(@Nullable Long minimumRingSize) {}

    public record Maglev(@Nullable Long tableSize) {}

    public record Locality(
            List<Distribute> distribute,
            List<Failover> failover,
            List<String> failoverPriority,
            @Nullable Boolean enabled) {}

    public record Distribute(String from, Map<String, Integer> to) {}

    public record Failover(String from, String to) {}

    public record ConnectionPool(
            @Nullable TcpPool tcp, @Nullable HttpPool http) {}

    public record TcpPool(
            @Nullable Integer maxConnections,
            String connectTimeout,
            @Nullable TcpKeepalive tcpKeepalive,
            String maxConnectionDuration,
            String idleTimeout) {}

    public record TcpKeepalive(@Nullable Integer probes, String time, String interval) {}

    public enum H2Upgrade {
        DEFAULT,
        DO_NOT_UPGRADE,
        UPGRADE
    }

    public record HttpPool(
            @Nullable Integer http1MaxPendingRequests,
            @Nullable Integer http2MaxRequests,
            @Nullable Integer maxRequestsPerConnection,
            @Nullable Integer maxRetries,
            String idleTimeout,
            @Nullable H2Upgrade h2UpgradePolicy,
            boolean useClientProtocol,
            @Nullable Integer maxConcurrentStreams) {}

    public record OutlierDetection(
            @Nullable Integer consecutiveErrors,
            @Nullable Integer consecutive5xxErrors,
            @Nullable Integer consecutiveGatewayErrors,
            @Nullable Integer consecutiveLocalOriginFailures,
            @Nullable Boolean splitExternalLocalOriginErrors,
            String interval,
            String baseEjectionTime,
            @Nullable Integer maxEjectionPercent,
            @Nullable Integer minHealthPercent) {}

    public enum TlsMode {
        DISABLE,
        SIMPLE,
        MUTUAL,
        ISTIO_MUTUAL
    }

    public record ClientTls(
            @Nullable TlsMode mode,
            @JsonUnwrapped @Nullable ClientTlsFiles files,
            String credentialName,
            List<String> subjectAltNames,
            String sni,
            @Nullable Boolean insecureSkipVerify) {}

    public record ClientTlsFiles(String clientCertificate, String privateKey, String caCertificates, String caCrl) {}

    public record Tunnel(String protocol, @Required String targetHost, int targetPort) {}

    public enum ProxyProtocolVersion {
        V1,
        V2
    }

    public record ProxyProtocol(@Nullable ProxyProtocolVersion version) {}

    public record RetryBudget(
            @Nullable Double percent, @Nullable Integer minRetryConcurrency) {}
}
