package io.hyaline.objects.istio;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code networking.istio.io} ProxyConfig. */
public record ProxyConfigSpec(
        @Nullable LabelSelector selector,
        @Nullable Integer concurrency,
        Map<String, String> environmentVariables,
        @Nullable Image image) {
    public record Image(String imageType) {}
}
