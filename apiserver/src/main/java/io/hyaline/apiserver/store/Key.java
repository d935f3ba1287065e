package io.hyaline.apiserver.store;

import java.util.Comparator;

/** Where an object is: storage name such as {@code deployments.apps}, namespace (empty if it has none), name. */
public record Key(String storage, String namespace, String name) implements Comparable<Key> {
    private static final Comparator<Key> ORDER =
            Comparator.comparing(Key::storage).thenComparing(Key::namespace).thenComparing(Key::name);

    @Override
    public int compareTo(Key other) {
        return ORDER.compare(this, other);
    }
}
