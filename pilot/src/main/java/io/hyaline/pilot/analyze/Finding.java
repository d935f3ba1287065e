package io.hyaline.pilot.analyze;

/** Something that the owner of an object should know. */
public record Finding(Code code, String message) {
    static Finding notFound(String what, String name) {
        return new Finding(Code.REFERENCED_RESOURCE_NOT_FOUND, "Referenced " + what + " not found: \"" + name + "\"");
    }

    /** On one line: {@code [IST0101] ReferencedResourceNotFound: ...}. */
    public String text() {
        return "[" + code.number() + "] " + code.title() + ": " + message;
    }

    public boolean isError() {
        return code.level() == Code.Level.ERROR;
    }
}
