package io.hyaline.proxy.log;

import java.util.Map;

/** A format with {@code %OPERATOR%}s, compiled once. */
public final class LogFormat {

    private final Object source;

    private LogFormat(Object source) {
        this.source = source;
    }

    /** A line of text; unset operators print {@code -}, or nothing if {@code omitEmpty}. */
    public static LogFormat text(String format, boolean omitEmpty) {
        return new LogFormat(format + omitEmpty);
    }

    /** An object whose values are texts with operators, or again such objects. */
    public static LogFormat json(Map<String, Object> format, boolean omitEmpty) {
        return new LogFormat(format.toString() + omitEmpty);
    }

    @Override
    public String toString() {
        return source.toString();
    }
}
