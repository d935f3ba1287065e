package io.hyaline.proxy.route;

import com.google.re2j.Pattern;
import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.head.HeaderName;
import io.hyaline.proxy.match.TextMatch;
import io.hyaline.proxy.route.RouteMatch.HeaderMatch;
import io.hyaline.proxy.route.RouteMatch.PathMatch;
import io.hyaline.proxy.route.RouteMatch.QueryMatch;
import io.hyaline.proxy.route.RouteMatch.ValueMatch;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which route of a virtual host a request takes: the first that matches. */
public final class RouteMatcher {

    private RouteMatcher() {}

    /**
     * The first route that matches.
     *
     * @param dice a number in [0, 1) for routes that take only a share of the requests
     */
    public static @Nullable RoutePlan match(List<RoutePlan> routes, Head head, double dice) {
        String target = head.path();
        int query = target.indexOf('?');
        String path = query < 0 ? target : target.substring(0, query);
        for (int i = 0; i < routes.size(); i++) {
            RoutePlan route = routes.get(i);
            if (matches(route.match(), head, path, target)
                    && (route.match().fraction() >= 1 || dice < route.match().fraction())) {
                return route;
            }
        }
        return null;
    }

    private static boolean matches(RouteMatch match, Head head, String path, String target) {
        return path(match.path(), path, head, match.ignoreCase())
                && match.headers().stream().allMatch(header -> header(header, head))
                && (match.query().isEmpty() || query(match.query(), target));
    }

    private static boolean path(PathMatch match, String path, Head head, boolean ignoreCase) {
        boolean connect = head.method().equals("CONNECT");
        return switch (match) {
            case PathMatch.Exact(String wanted) -> ignoreCase ? wanted.equalsIgnoreCase(path) : wanted.equals(path);
            case PathMatch.Prefix(String prefix) ->
                !connect && path.regionMatches(ignoreCase, 0, prefix, 0, prefix.length());
            case PathMatch.SeparatedPrefix(String prefix) ->
                path.regionMatches(ignoreCase, 0, prefix, 0, prefix.length())
                        && (path.length() == prefix.length() || path.charAt(prefix.length()) == '/');
            case PathMatch.Regex(Pattern pattern) -> !connect && pattern.matches(path);
            case PathMatch.Connect() -> connect;
        };
    }

    private static boolean header(HeaderMatch match, Head head) {
        String value = value(head, match.name());
        if (value == null && match.missingIsEmpty()) {
            value = "";
        }
        boolean matches = switch (match.value()) {
            case ValueMatch.Present(boolean present) -> (value != null) == present;
            case ValueMatch.Text(TextMatch text) -> value != null && text.test(value);
            case ValueMatch.Range(long from, long until) -> value != null && within(value, from, until);
        };
        return matches != match.invert();
    }

    private static boolean within(String value, long from, long until) {
        try {
            long number = Long.parseLong(value);
            return number >= from && number < until;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** A header's joined value; pseudo headers are headers too. */
    public static @Nullable String value(Head head, HeaderName name) {
        return switch (name.toString()) {
            case ":method" -> head.method();
            case ":path" -> head.path();
            case ":authority", "host" -> head.authority();
            case ":scheme" -> head.scheme();
            default -> head.joined(name);
        };
    }

    private static boolean query(List<QueryMatch> wanted, String target) {
        var parameters = new QueryStringDecoder(target).parameters();
        for (QueryMatch match : wanted) {
            List<String> values = parameters.get(match.name());
            if (values == null || (match.text() != null && !match.text().test(values.getFirst()))) {
                return false;
            }
        }
        return true;
    }
}
