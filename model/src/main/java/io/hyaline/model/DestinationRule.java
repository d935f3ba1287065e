package io.hyaline.model;

import io.hyaline.model.policy.Subset;
import io.hyaline.model.policy.TrafficPolicy;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A DestinationRule object.
 *
 * @param host fully qualified, may be a wildcard
 * @param selector the proxies that it holds for; empty means all
 * @param exportTo namespaces, or {@code *}; empty means everywhere
 */
public record DestinationRule(
        ObjectKey key,
        Instant created,
        String host,
        TrafficPolicy policy,
        List<Subset> subsets,
        Map<String, String> selector,
        List<String> exportTo) {
    public DestinationRule {
        subsets = List.copyOf(subsets);
        selector = Map.copyOf(selector);
        exportTo = List.copyOf(exportTo);
    }

    public boolean visibleIn(String namespace) {
        return exportTo.isEmpty() || exportTo.contains("*") || exportTo.contains(namespace);
    }
}
