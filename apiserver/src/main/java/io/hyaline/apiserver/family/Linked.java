package io.hyaline.apiserver.family;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Brings {@code clusterIP} and {@code clusterIPs} together, of which callers may have written one only. */
final class Linked {
    private Linked() {}

    static Addressing of(Addressing after, @Nullable Addressing before) {
        if (before == null) {
            boolean singularOnly = !after.first().isEmpty() && after.all().isEmpty();
            return singularOnly ? after.withAddresses(after.first(), List.of(after.first())) : after;
        }
        String first = after.first();
        List<String> all = after.all();
        if (!before.isNamed() && !after.isNamed()) {
            // Whoever applies the same manifest again does not know what was given out.
            first = first.isEmpty() ? before.first() : first;
            all = all.isEmpty() ? before.all() : all;
        }
        if (!first.equals(before.first()) && all.equals(before.all())) {
            all = first.isEmpty() ? List.of() : List.of(first);
        }
        return after.withAddresses(first, all);
    }
}
