package io.hyaline.objects.istio;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** {@code telemetry.istio.io} Telemetry. */
public record TelemetrySpec(
        @Nullable LabelSelector selector,
        @Nullable PolicyTarget targetRef,
        List<PolicyTarget> targetRefs,
        List<Tracing> tracing,
        List<Metrics> metrics,
        List<AccessLogging> accessLogging) {
    public enum Mode {
        CLIENT_AND_SERVER,
        CLIENT,
        SERVER
    }

    public record Provider(@Required String name) {}

    public record ModeMatch(@Nullable Mode mode) {}

    public record Tracing(
            @Nullable ModeMatch match,
            List<Provider> providers,
            @Nullable Double randomSamplingPercentage,
            @Nullable Boolean disableSpanReporting,
            @Free @Nullable JsonNode customTags,
            @Nullable Boolean useRequestIdForTraceSampling,
            @Nullable Boolean enableIstioTags) {}

    public record Metrics(List<Provider> providers, List<MetricOverride> overrides, String reportingInterval) {}

    public record MetricOverride(
            @Nullable MetricMatch match, @Nullable Boolean disabled, Map<String, TagOverride> tagOverrides) {}

    public record MetricMatch(@Nullable Mode mode, String metric, String customMetric) {}

    public enum TagOperation {
        UPSERT,
        REMOVE
    }

    public record TagOverride(@Nullable TagOperation operation, String value) {}

    public record AccessLogging(
            @Nullable ModeMatch match,
            List<Provider> providers,
            @Nullable Boolean disabled,
            @Nullable Filter filter) {}

    public record Filter(String expression) {}
}
