package io.hyaline.model;

import java.time.Duration;

/**
 * Settings of the whole mesh, from the ConfigMap {@code istio}.
 *
 * @param allowAnyOutbound destinations that no Service has are reachable (ALLOW_ANY), or not (REGISTRY_ONLY)
 * @param inboundToLocalhost proxies reach their application at 127.0.0.1, not at the pod's address
 */
public record MeshConfig(
        String rootNamespace,
        String trustDomain,
        AccessLogConfig accessLog,
        boolean allowAnyOutbound,
        boolean inboundToLocalhost,
        boolean autoMtls,
        Duration protocolDetectionTimeout,
        Duration connectTimeout,
        GatewayTopology gatewayTopology) {

    /** What holds when nothing is configured, as in Istio: no access log. */
    public static final MeshConfig DEFAULT = new MeshConfig(
            "istio-system",
            "cluster.local",
            new AccessLogConfig("", AccessLogConfig.Encoding.TEXT, ""),
            true,
            false,
            true,
            Duration.ZERO,
            Duration.ofSeconds(10),
            GatewayTopology.NONE);
}
