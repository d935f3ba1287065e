package io.hyaline.inject;

/** A pod that cannot get its sidecar; the message names what in the pod stands in the way. */
public final class InjectException extends RuntimeException {

    private static final long serialVersionUID = 1;

    InjectException(String message) {
        super(message);
    }

    InjectException(String message, Throwable cause) {
        super(message, cause);
    }
}
