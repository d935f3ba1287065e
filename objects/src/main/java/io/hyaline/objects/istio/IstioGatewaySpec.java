package io.hyaline.objects.istio;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * {@code istio.alibabacloud.com} IstioGateway: a gateway's Deployment and Service as one object.
 *
 * @param clusterIds on which clusters; there is one here, so every list means it
 */
public record IstioGatewaySpec(
        List<String> clusterIds,
        @Nullable GatewayType gatewayType,
        @Nullable Integer replicaCount,
        List<GatewayPort> ports,
        @Nullable ServiceType serviceType,
        @Nullable TrafficPolicy externalTrafficPolicy,
        String loadBalancerIP,
        List<String> loadBalancerSourceRanges,
        Map<String, String> serviceAnnotations,
        Map<String, String> serviceLabels,
        Map<String, String> podAnnotations,
        Map<String, String> podLabels,
        @Nullable Resources resources,
        @Free @Nullable JsonNode nodeSelector) {
    public enum GatewayType {
        ingress,
        egress
    }

    public enum ServiceType {
        LoadBalancer,
        NodePort,
        ClusterIP
    }

    public enum TrafficPolicy {
        Cluster,
        Local
    }

    public record GatewayPort(
            String name,
            @Required int port,
            @Nullable Integer targetPort,
            @Nullable Integer nodePort,
            String protocol) {}

    public record Resources(Map<String, String> requests, Map<String, String> limits) {}
}
