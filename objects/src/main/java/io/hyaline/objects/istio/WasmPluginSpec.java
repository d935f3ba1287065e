package io.hyaline.objects.istio;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** {@code extensions.istio.io} WasmPlugin; the pilot does not act on it. */
public record WasmPluginSpec(
        @Nullable LabelSelector selector,
        List<PolicyTarget> targetRefs,
        @Required String url,
        String sha256,
        String imagePullPolicy,
        String imagePullSecret,
        @Free @Nullable JsonNode pluginConfig,
        String pluginName,
        String phase,
        @Nullable Integer priority,
        String failStrategy,
        @Free @Nullable JsonNode vmConfig) {}
