package io.hyaline.apiserver.store;

/** The history does not reach back as far as asked. */
public final class CompactedException extends Exception {
    private static final long serialVersionUID = 1L;
    private final long oldest;

    CompactedException(long asked, long oldest) {
        super("too old resource version: " + asked + " (" + oldest + ")");
        this.oldest = oldest;
    }

    public long oldest() {
        return oldest;
    }
}
