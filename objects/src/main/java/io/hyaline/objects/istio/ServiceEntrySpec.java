package io.hyaline.objects.istio;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code networking.istio.io} ServiceEntry. */
public record ServiceEntrySpec(
        @Required List<String> hosts,
        List<String> addresses,
        List<Port> ports,
        @Nullable Location location,
        @Nullable Resolution resolution,
        List<WorkloadEntrySpec> endpoints,
        @Nullable WorkloadSelector workloadSelector,
        List<String> exportTo,
        List<String> subjectAltNames) {
    public enum Location {
        MESH_EXTERNAL,
        MESH_INTERNAL
    }

    public enum Resolution {
        NONE,
        STATIC,
        DNS,
        DNS_ROUND_ROBIN,
        DYNAMIC_DNS
    }
}
