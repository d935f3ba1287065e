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
        Content content,
        Map<String, String> selector,
        List<String> exportTo) {
    /** What it says. */
    public record Content(TrafficPolicy policy, List<Subset> subsets) {
        public static final Content NOTHING = new Content(TrafficPolicy.NONE, List.of());

        public Content {
            subsets = List.copyOf(subsets);
        }
    }

    public DestinationRule {
        selector = Map.copyOf(selector);
        exportTo = List.copyOf(exportTo);
    }

    public boolean visibleIn(String namespace) {
        return exportTo.isEmpty() || exportTo.contains("*") || exportTo.contains(namespace);
    }
}
