package io.hyaline.model.envoyfilter;

import java.util.Map;

/**
 * One entry of {@code configPatches}.
 *
 * @param proxyVersion a regular expression searched in the proxy's version, or empty
 * @param metadata what the proxy's metadata has to contain
 * @param value the patch as JSON text; {@code {}} when none is given
 */
public record ConfigPatch(
        ApplyTo applyTo,
        PatchContext context,
        String proxyVersion,
        Map<String, String> metadata,
        ListenerMatch listener,
        RouteMatch route,
        ClusterMatch cluster,
        PatchOperation operation,
        String value) {
    public ConfigPatch {
        metadata = Map.copyOf(metadata);
    }
}
