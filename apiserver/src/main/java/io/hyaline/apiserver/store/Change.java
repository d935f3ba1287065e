package io.hyaline.apiserver.store;

import org.jspecify.annotations.Nullable;

/** Something that happened: what the object is now (for a deletion, its last state) and what it was before. */
public record Change(Kind kind, Stored current, @Nullable Stored previous) {
    public enum Kind {
        ADDED,
        MODIFIED,
        DELETED
    }

    public long revision() {
        return current.revision();
    }

    public Key key() {
        return current.key();
    }
}
