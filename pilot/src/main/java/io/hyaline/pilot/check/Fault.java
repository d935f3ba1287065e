package io.hyaline.pilot.check;

/**
 * One thing about an object.
 *
 * @param path of the field, such as {@code spec.servers[0].port}
 */
public record Fault(Level level, String path, String message) {
    public enum Level {
        /** The object cannot be used. */
        ERROR,
        /** It can, but hardly means what it says. */
        WARNING
    }

    public boolean isError() {
        return level == Level.ERROR;
    }

    public String text() {
        return path + ": " + message;
    }
}
