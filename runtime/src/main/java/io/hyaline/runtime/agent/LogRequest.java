package io.hyaline.runtime.agent;

import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What of a log is wanted.
 *
 * @param tailLines only so many lines from the end; negative for all
 * @param since nothing older; null for all
 * @param limitBytes no more than this; negative for no limit
 */
record LogRequest(
        boolean follow,
        boolean previous,
        boolean timestamps,
        long tailLines,
        @Nullable Instant since,
        long limitBytes) {

    /** @throws IllegalArgumentException naming the parameter that is wrong */
    static LogRequest parse(Map<String, List<String>> query, Clock clock) {
        long sinceSeconds = number(query, "sinceSeconds");
        Instant since = time(query);
        if (sinceSeconds >= 0) {
            since = clock.instant().minusSeconds(sinceSeconds);
        }
        return new LogRequest(
                flag(query, "follow"),
                flag(query, "previous"),
                flag(query, "timestamps"),
                number(query, "tailLines"),
                since,
                number(query, "limitBytes"));
    }

    static boolean flag(Map<String, List<String>> query, String name) {
        String value = first(query, name);
        return value.equals("true") || value.equals("1");
    }

    private static long number(Map<String, List<String>> query, String name) {
        String value = first(query, name);
        if (value.isEmpty()) {
            return -1;
        }
        if (!value.matches("[0-9]{1,15}")) {
            throw new IllegalArgumentException(name + " " + value + ": must be a number that is not negative");
        }
        return Long.parseLong(value);
    }

    private static @Nullable Instant time(Map<String, List<String>> query) {
        String value = first(query, "sinceTime");
        try {
            return value.isEmpty() ? null : Instant.parse(value);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "sinceTime " + value + ": must be a time such as 2026-01-31T12:00:00Z", e);
        }
    }

    private static String first(Map<String, List<String>> query, String name) {
        List<String> values = query.getOrDefault(name, List.of());
        return values.isEmpty() ? "" : values.getFirst();
    }
}
