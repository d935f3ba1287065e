package io.hyaline.apiserver.patch;

/** A patch that cannot be read, or that does not fit the object. */
public final class PatchException extends Exception {
    private static final long serialVersionUID = 1L;
    private final boolean malformed;

    private PatchException(String message, boolean malformed) {
        super(message);
        this.malformed = malformed;
    }

    /** The patch itself is wrong. */
    static PatchException malformed(String message) {
        return new PatchException(message, true);
    }

    /** The patch does not fit this object. */
    static PatchException unfit(String message) {
        return new PatchException(message, false);
    }

    public boolean malformed() {
        return malformed;
    }

    public String text() {
        return String.valueOf(getMessage());
    }
}
