package io.hyaline.proxy.route;

import com.google.re2j.Pattern;
import io.hyaline.proxy.head.HeaderName;
import io.hyaline.proxy.match.TextMatch;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a request must look like for a route: all of it. */
public record RouteMatch(
        PathMatch path, boolean ignoreCase, List<HeaderMatch> headers, List<QueryMatch> query, double fraction) {

    /** How the path (without query) is compared. */
    public sealed interface PathMatch {

        record Exact(String path) implements PathMatch {}

        record Prefix(String prefix) implements PathMatch {}

        /** The prefix itself, or the prefix followed by a slash. */
        record SeparatedPrefix(String prefix) implements PathMatch {}

        record Regex(Pattern pattern) implements PathMatch {}

        /** A CONNECT request. */
        record Connect() implements PathMatch {}

        /** The path with what is matched here replaced by {@code prefix}. */
        default String replaced(String path, String prefix) {
            return switch (this) {
                case Prefix(String matched) -> prefix + path.substring(matched.length());
                case SeparatedPrefix(String matched) -> prefix + path.substring(matched.length());
                case Exact exact -> prefix;
                case Regex regex -> prefix;
                case Connect connect -> path;
            };
        }
    }

    /** A header's presence or value; {@code :method}, {@code :authority}, {@code :path} and {@code :scheme} are headers too. */
    public record HeaderMatch(HeaderName name, ValueMatch value, boolean invert, boolean missingIsEmpty) {}

    /** How a header's value is judged. */
    public sealed interface ValueMatch {

        record Present(boolean present) implements ValueMatch {}

        record Text(TextMatch text) implements ValueMatch {}

        record Range(long from, long until) implements ValueMatch {}
    }

    /** A query parameter; a null text means that it only has to be there. */
    public record QueryMatch(String name, @Nullable TextMatch text) {}
}
