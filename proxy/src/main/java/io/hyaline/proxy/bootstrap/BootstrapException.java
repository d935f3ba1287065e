package io.hyaline.proxy.bootstrap;

/** A bootstrap file that cannot be used, and why. */
public final class BootstrapException extends Exception {

    private static final long serialVersionUID = 1;

    BootstrapException(String message) {
        super(message);
    }

    BootstrapException(String message, Throwable cause) {
        super(message, cause);
    }
}
