package io.hyaline.model;

/** Where the proxies log and how; an empty {@code file} means no log, an empty {@code format} the encoding's default. */
public record AccessLogConfig(String file, Encoding encoding, String format) {
    public enum Encoding {
        TEXT,
        JSON
    }
}
