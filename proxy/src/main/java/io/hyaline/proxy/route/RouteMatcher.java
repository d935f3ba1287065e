package io.hyaline.proxy.route;

import com.google.re2j.Pattern;
import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.head.HeaderName;
import io.hyaline.proxy.match.TextMatch;
import io.hyaline.proxy.route.RouteMatch.HeaderMatch;
import io.hyaline.proxy.route.RouteMatch.PathMatch;
import io.hyaline.proxy.route.RouteMatch.QueryMatch;
import io.hyaline.proxy.route.RouteMatch.ValueMatch;
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
                && matches(match.headers(), head)
                && (match.query().isEmpty() || query(match.query(), target));
    }

    /** Whether a request meets all of these. */
    public static boolean matches(List<HeaderMatch> headers, Head head) {
        for (int i = 0; i < headers.size(); i++) {
            if (!header(headers.get(i), head)) {
                return false;
            }
        }
        return true;
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
        HeaderName name = match.name();
        if (match.value() instanceof ValueMatch.Present(boolean present)) {
            return ((value(head, name) != null) == present) != match.invert();
        }
        String value = pseudo(head, name);
        int at = value == null ? head.find(name) : -1;
        if (value == null && at < 0) {
            return match.missingIsEmpty() && judge(match.value(), "") != match.invert();
        }
        boolean matches = value != null && judge(match.value(), value);
        for (; at >= 0 && !matches; at = head.next(name, at + 1)) {
            matches = judge(match.value(), head.valueAt(at));
        }
        return matches != match.invert();
    }

    /** Each of a repeated header's values is judged alone, and one that fits is enough. */
    private static boolean judge(ValueMatch match, String value) {
        return switch (match) {
            case ValueMatch.Present(boolean present) -> present;
            case ValueMatch.Text(TextMatch text) -> text.test(value);
            case ValueMatch.Range(long from, long until) -> within(value, from, until);
        };
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
        String pseudo = pseudo(head, name);
        return pseudo == null ? head.joined(name) : pseudo;
    }

    private static @Nullable String pseudo(Head head, HeaderName name) {
        return switch (name.toString()) {
            case ":method" -> head.method();
            case ":path" -> head.path();
            case ":authority", "host" -> head.authority();
            case ":scheme" -> head.scheme();
            default -> null;
        };
    }

    /** Parameters are compared as they are written: Envoy does not decode them either. */
    private static boolean query(List<QueryMatch> wanted, String target) {
        int from = target.indexOf('?') + 1;
        int fragment = target.indexOf('#', from);
        String[] parameters = from == 0
                ? new String[0]
                : target.substring(from, fragment < 0 ? target.length() : fragment)
                        .split("&");
        for (QueryMatch match : wanted) {
            String value = parameter(parameters, match.name());
            if (value == null || (match.text() != null && !match.text().test(value))) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable String parameter(String[] parameters, String name) {
        for (String parameter : parameters) {
            int equals = parameter.indexOf('=');
            if ((equals < 0 ? parameter : parameter.substring(0, equals)).equals(name)) {
                return equals < 0 ? "" : parameter.substring(equals + 1);
            }
        }
        return null;
    }
}
