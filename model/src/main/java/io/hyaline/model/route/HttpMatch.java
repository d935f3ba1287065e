package io.hyaline.model.route;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which requests a route takes: all of its parts have to agree.
 *
 * @param name appended to the route's, or empty
 */
public record HttpMatch(
        String name,
        @Nullable TextMatch uri,
        boolean ignoreUriCase,
        @Nullable TextMatch scheme,
        @Nullable TextMatch method,
        @Nullable TextMatch authority,
        Map<String, TextMatch> headers,
        Map<String, TextMatch> withoutHeaders,
        Map<String, TextMatch> queryParams,
        String statPrefix,
        Caller caller) {
    public HttpMatch {
        headers = Map.copyOf(headers);
        withoutHeaders = Map.copyOf(withoutHeaders);
        queryParams = Map.copyOf(queryParams);
    }

    /** No request is refused. */
    public boolean takesEverything() {
        return (uri == null || uri.equals(new TextMatch.Prefix("/")) || uri.equals(new TextMatch.Present()))
                && scheme == null
                && method == null
                && authority == null
                && headers.isEmpty()
                && withoutHeaders.isEmpty()
                && queryParams.isEmpty();
    }
}
