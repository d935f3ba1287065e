package io.hyaline.apiserver.store;

/** The disk or the database failed; nothing of the write has happened. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
