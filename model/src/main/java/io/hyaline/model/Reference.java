package io.hyaline.model;

import java.util.Comparator;

/** An object of one of Istio's kinds. */
public record Reference(String kind, ObjectKey key) implements Comparable<Reference> {
    private static final Comparator<Reference> ORDER =
            Comparator.comparing(Reference::kind).thenComparing(Reference::key);

    @Override
    public int compareTo(Reference other) {
        return ORDER.compare(this, other);
    }
}
