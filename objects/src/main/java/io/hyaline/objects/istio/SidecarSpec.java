package io.hyaline.objects.istio;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code networking.istio.io} Sidecar. */
public record SidecarSpec(
        @Nullable WorkloadSelector workloadSelector,
        List<Ingress> ingress,
        List<Egress> egress,
        DestinationRuleSpec.@Nullable ConnectionPool inboundConnectionPool,
        @Nullable OutboundTrafficPolicy outboundTrafficPolicy) {
    public enum CaptureMode {
        DEFAULT,
        IPTABLES,
        NONE
    }

    public enum OutboundMode {
        REGISTRY_ONLY,
        ALLOW_ANY
    }

    public record Ingress(
            @Required @Nullable Port port,
            String bind,
            @Nullable CaptureMode captureMode,
            String defaultEndpoint,
            GatewaySpec.@Nullable ServerTls tls,
            DestinationRuleSpec.@Nullable ConnectionPool connectionPool) {}

    public record Egress(
            @Nullable Port port, String bind, @Nullable CaptureMode captureMode, List<String> hosts) {}

    public record OutboundTrafficPolicy(
            @Nullable OutboundMode mode, VirtualServiceSpec.@Nullable Destination egressProxy) {}
}
