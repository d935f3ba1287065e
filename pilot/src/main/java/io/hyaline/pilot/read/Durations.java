package io.hyaline.pilot.read;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Durations as Go and Istio write them: {@code 1h}, {@code 1m30s}, {@code 0.5s}, {@code 100ms}. */
public final class Durations {
    private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d+)?)(h|ms|us|m|s)");

    private Durations() {}

    static Duration read(String field, String text, Duration absent) {
        Duration read = orNull(field, text);
        return read == null ? absent : read;
    }

    /** Null for an empty text. */
    public static @Nullable Duration orNull(String field, String text) {
        if (text.isEmpty()) {
            return null;
        }
        Matcher part = PART.matcher(text);
        Duration sum = Duration.ZERO;
        int end = 0;
        while (part.find() && part.start() == end) {
            sum = sum.plusNanos(Math.round(Double.parseDouble(part.group(1)) * nanos(part.group(2))));
            end = part.end();
        }
        if (end != text.length()) {
            throw new IllegalArgumentException(field + " is not a duration like 5s or 100ms: " + text);
        }
        return sum;
    }

    private static double nanos(String unit) {
        return switch (unit) {
            case "h" -> 3600e9;
            case "m" -> 60e9;
            case "s" -> 1e9;
            case "us" -> 1e3;
            default -> 1e6;
        };
    }
}
