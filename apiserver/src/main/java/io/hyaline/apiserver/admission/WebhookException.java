package io.hyaline.apiserver.admission;

/** A webhook that could not be reached or did not answer as it should. */
final class WebhookException extends Exception {
    private static final long serialVersionUID = 1L;

    WebhookException(String message) {
        super(message);
    }
}
