package io.hyaline.objects.istio;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** {@code networking.istio.io} WorkloadGroup. */
public record WorkloadGroupSpec(
        @Nullable Metadata metadata,
        @Required @Nullable WorkloadEntrySpec template,
        @Free @Nullable JsonNode probe) {
    public record Metadata(Map<String, String> labels, Map<String, String> annotations) {}
}
