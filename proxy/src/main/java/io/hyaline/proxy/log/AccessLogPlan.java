package io.hyaline.proxy.log;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One access log: where to, when, and how.
 *
 * @param path a file; {@code /dev/stdout} is the proxy's own output, wherever the process sends that
 */
public record AccessLogPlan(
        String path, LogFormat format, @Nullable Filter filter) {

    /** Whether a record is written. */
    public sealed interface Filter {

        /** Written only if one of the flags is set; an empty list means any flag. */
        record Flags(List<ResponseFlag> flags) implements Filter {}

        record Status(Comparison comparison, long value) implements Filter {}

        record Duration(Comparison comparison, long millis) implements Filter {}

        record NotHealthCheck() implements Filter {}

        record And(List<Filter> filters) implements Filter {}

        record Or(List<Filter> filters) implements Filter {}
    }

    /** How a number is compared. */
    public enum Comparison {
        EQ,
        GE,
        LE
    }
}
