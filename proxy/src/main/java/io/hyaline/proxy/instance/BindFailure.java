package io.hyaline.proxy.instance;

/** A listener's address could not be bound; the message names both. */
public final class BindFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    BindFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
