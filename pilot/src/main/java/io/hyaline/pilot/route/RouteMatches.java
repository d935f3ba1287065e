package io.hyaline.pilot.route;

import com.google.protobuf.BoolValue;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.QueryParameterMatcher;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.hyaline.model.route.HttpMatch;
import io.hyaline.model.route.TextMatch;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which requests a route takes, in Envoy's words. */
final class RouteMatches {
    private RouteMatches() {}

    static RouteMatch of(@Nullable HttpMatch match) {
        if (match == null) {
            return RouteMatch.newBuilder().setPrefix("/").build();
        }
        RouteMatch.Builder result = RouteMatch.newBuilder().setCaseSensitive(BoolValue.of(!match.ignoreUriCase()));
        path(match.uri(), result);
        new TreeMap<>(match.headers()).forEach((name, text) -> result.addHeaders(header(name, text)));
        new TreeMap<>(match.withoutHeaders()).forEach((name, text) -> result.addHeaders(without(name, text)));
        pseudo(":method", match.method(), result);
        pseudo(":authority", match.authority(), result);
        pseudo(":scheme", match.scheme(), result);
        new TreeMap<>(match.queryParams()).forEach((name, text) -> result.addQueryParameters(query(name, text)));
        return result.build();
    }

    private static void path(@Nullable TextMatch uri, RouteMatch.Builder result) {
        switch (uri) {
            case null -> result.setPrefix("/");
            case TextMatch.Exact(String text) -> result.setPath(text);
            case TextMatch.Prefix(String text) -> result.setPrefix(text);
            case TextMatch.Regex(String pattern) -> result.setSafeRegex(regex(pattern));
            case TextMatch.Present() -> result.setPrefix("/");
        }
    }

    private static void pseudo(String name, @Nullable TextMatch text, RouteMatch.Builder result) {
        if (text != null) {
            result.addHeaders(header(name, text));
        }
    }

    private static HeaderMatcher.Builder header(String name, TextMatch match) {
        HeaderMatcher.Builder header = HeaderMatcher.newBuilder().setName(name);
        return match instanceof TextMatch.Present
                ? header.setPresentMatch(true)
                : header.setStringMatch(matcher(match));
    }

    /** A header that is not there is one without that value. */
    private static HeaderMatcher.Builder without(String name, TextMatch match) {
        HeaderMatcher.Builder header = header(name, match).setInvertMatch(true);
        return match instanceof TextMatch.Present ? header : header.setTreatMissingHeaderAsEmpty(true);
    }

    private static QueryParameterMatcher query(String name, TextMatch match) {
        QueryParameterMatcher.Builder query = QueryParameterMatcher.newBuilder().setName(name);
        return match instanceof TextMatch.Present
                ? query.setPresentMatch(true).build()
                : query.setStringMatch(matcher(match)).build();
    }

    static StringMatcher matcher(TextMatch match) {
        StringMatcher.Builder matcher = StringMatcher.newBuilder();
        return switch (match) {
            case TextMatch.Exact(String text) -> matcher.setExact(text).build();
            case TextMatch.Prefix(String text) -> matcher.setPrefix(text).build();
            case TextMatch.Regex(String pattern) ->
                matcher.setSafeRegex(regex(pattern)).build();
            case TextMatch.Present() -> matcher.setSafeRegex(regex(".*")).build();
        };
    }

    static RegexMatcher regex(String pattern) {
        return RegexMatcher.newBuilder().setRegex(pattern).build();
    }
}
