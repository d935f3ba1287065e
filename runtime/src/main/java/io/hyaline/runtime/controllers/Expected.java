package io.hyaline.runtime.controllers;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Writes that the watch has not shown yet. Until it has, counting what it shows would lead to doing them again.
 */
final class Expected {

    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final Map<String, Instant> creations = new HashMap<>();
    private final Map<String, Instant> deletions = new HashMap<>();

    void created(String name, Instant now) {
        creations.put(name, now.plus(LONGEST));
    }

    void deleted(String name, Instant now) {
        deletions.put(name, now.plus(LONGEST));
    }

    /**
     * Forgets what has come true, and says whether something is still to come.
     *
     * @param existing names that the watch shows
     * @param leaving those of them that are being deleted
     */
    boolean pending(Set<String> existing, Set<String> leaving, Instant now) {
        creations
                .entrySet()
                .removeIf(e -> existing.contains(e.getKey()) || e.getValue().isBefore(now));
        deletions
                .entrySet()
                .removeIf(e -> !existing.contains(e.getKey())
                        || leaving.contains(e.getKey())
                        || e.getValue().isBefore(now));
        return !creations.isEmpty() || !deletions.isEmpty();
    }
}
