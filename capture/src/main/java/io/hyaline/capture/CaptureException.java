package io.hyaline.capture;

/** Capture could not be set up, or is there and would not work; the message says what to change. */
public final class CaptureException extends RuntimeException {

    private static final long serialVersionUID = 1;

    CaptureException(String message) {
        super(message);
    }

    CaptureException(String message, Throwable cause) {
        super(message, cause);
    }
}
