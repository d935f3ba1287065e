package io.hyaline.model;

import io.hyaline.model.envoyfilter.ConfigPatch;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** An EnvoyFilter object: patches to what the pilot generated, for the proxies that it selects. */
public record EnvoyFilter(
        ObjectKey key, Instant created, int priority, Map<String, String> selector, List<ConfigPatch> patches) {
    public EnvoyFilter {
        selector = Map.copyOf(selector);
        patches = List.copyOf(patches);
    }

    /** Those that concern a proxy, in the order in which they apply. */
    public static List<EnvoyFilter> concerning(
            List<EnvoyFilter> all, String rootNamespace, String namespace, Map<String, String> labels) {
        return all.stream()
                .filter(f -> f.key.namespace().equals(rootNamespace)
                        || f.key.namespace().equals(namespace))
                .filter(f -> labels.entrySet().containsAll(f.selector.entrySet()))
                .sorted(Comparator.comparingInt(EnvoyFilter::priority)
                        .thenComparing(f -> !f.key.namespace().equals(rootNamespace))
                        .thenComparing(EnvoyFilter::created)
                        .thenComparing(f -> f.key.name() + "." + f.key.namespace()))
                .toList();
    }
}
