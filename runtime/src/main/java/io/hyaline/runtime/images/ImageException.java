package io.hyaline.runtime.images;

/** An image that cannot be had; the message says what to do. */
public final class ImageException extends RuntimeException {

    ImageException(String message) {
        super(message);
    }
}
