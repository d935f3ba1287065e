package io.hyaline.xds.client;

import java.util.Map;
import java.util.Set;

/**
 * What one response changed. The accepted resources themselves are read from {@link AdsClient#resources}.
 *
 * @param changed names that are new or differ from the version before
 * @param removed names that the server has no more. Listeners and clusters are gone; routes, endpoints and secrets stay
 *     as they last were, as in Envoy
 * @param rejected names and reasons; their last good version stays
 */
public record Update(
        ResourceType type, String version, Set<String> changed, Set<String> removed, Map<String, String> rejected) {

    public Update {
        changed = Set.copyOf(changed);
        removed = Set.copyOf(removed);
        rejected = Map.copyOf(rejected);
    }
}
