package io.hyaline.runtime.spec;

/** Something that a pod refers to is not there yet; the pod waits for it. */
public final class MissingReferenceException extends RuntimeException {

    public MissingReferenceException(String message) {
        super(message);
    }
}
