package io.hyaline.pilot.route;

import io.hyaline.model.ObjectKey;
import io.hyaline.model.VirtualService;
import io.hyaline.model.route.Caller;
import io.hyaline.model.route.HeaderChanges;
import io.hyaline.model.route.HttpAction;
import io.hyaline.model.route.HttpMatch;
import io.hyaline.model.route.HttpRoute;
import io.hyaline.model.route.TextMatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts the routes of delegates in the place of the routes that delegate to them. */
public final class Delegates {
    private final Map<ObjectKey, VirtualService> delegates = new HashMap<>();

    private Delegates(List<VirtualService> all) {
        all.stream().filter(VirtualService::isDelegate).forEach(v -> delegates.put(v.key(), v));
    }

    /** Those that have hosts, none of them with a delegate any more; a route to a delegate that does not exist is gone. */
    public static List<VirtualService> inPlace(List<VirtualService> all) {
        Delegates delegates = new Delegates(all);
        return all.stream()
                .filter(v -> !v.isDelegate())
                .map(delegates::resolved)
                .toList();
    }

    private VirtualService resolved(VirtualService root) {
        if (root.http().stream().noneMatch(r -> r.action() instanceof HttpAction.Delegate)) {
            return root;
        }
        List<HttpRoute> routes = new ArrayList<>();
        for (HttpRoute route : root.http()) {
            if (route.action() instanceof HttpAction.Delegate(String namespace, String name)) {
                VirtualService delegate = delegates.get(new ObjectKey(namespace, name));
                if (delegate != null && delegate.visibleIn(root.key().namespace())) {
                    delegate.http().forEach(r -> merge(route, r, routes));
                }
            } else {
                routes.add(route);
            }
        }
        return new VirtualService(
                root.key(),
                root.created(),
                root.hosts(),
                root.gateways(),
                routes,
                root.tls(),
                root.tcp(),
                root.exportTo());
    }

    /** What the delegate says counts, within what the root's match allows; a route that it never allows is left out. */
    private static void merge(HttpRoute root, HttpRoute leaf, List<HttpRoute> routes) {
        List<HttpMatch> matches = matches(root.matches(), leaf.matches());
        boolean contradicts = matches.isEmpty()
                && !(root.matches().isEmpty() && leaf.matches().isEmpty());
        if (contradicts || leaf.action() instanceof HttpAction.Delegate) {
            return;
        }
        routes.add(new HttpRoute(
                joined(root.name(), leaf.name()),
                matches,
                leaf.action(),
                leaf.rewrite().equals(HttpRoute.Rewrite.NONE) ? root.rewrite() : leaf.rewrite(),
                leaf.timeout() == null ? root.timeout() : leaf.timeout(),
                leaf.retries() == null ? root.retries() : leaf.retries(),
                leaf.fault() == null ? root.fault() : leaf.fault(),
                leaf.mirrors().isEmpty() ? root.mirrors() : leaf.mirrors(),
                leaf.cors() == null ? root.cors() : leaf.cors(),
                leaf.headers().equals(HeaderChanges.NONE) ? root.headers() : leaf.headers()));
    }

    /** Every match of the delegate has to lie within one of the root's. */
    private static List<HttpMatch> matches(List<HttpMatch> root, List<HttpMatch> leaf) {
        if (root.isEmpty()) {
            return leaf;
        }
        if (leaf.isEmpty()) {
            return root;
        }
        List<HttpMatch> merged = new ArrayList<>();
        for (HttpMatch inner : leaf) {
            int before = merged.size();
            root.stream().filter(outer -> agree(outer, inner)).forEach(outer -> merged.add(merged(outer, inner)));
            if (merged.size() == before) {
                return List.of();
            }
        }
        return merged;
    }

    private static boolean agree(HttpMatch outer, HttpMatch inner) {
        return pathWithin(outer.uri(), inner.uri())
                && sameOrOpen(outer.scheme(), inner.scheme())
                && sameOrOpen(outer.method(), inner.method())
                && sameOrOpen(outer.authority(), inner.authority())
                && noContradiction(outer.headers(), inner.headers())
                && noContradiction(outer.withoutHeaders(), inner.withoutHeaders())
                && noContradiction(outer.queryParams(), inner.queryParams())
                && (outer.caller().port() == 0
                        || inner.caller().port() == 0
                        || outer.caller().port() == inner.caller().port());
    }

    private static boolean pathWithin(@Nullable TextMatch outer, @Nullable TextMatch inner) {
        if (outer == null || inner == null || outer.equals(inner)) {
            return true;
        }
        return outer instanceof TextMatch.Prefix(String prefix)
                && switch (inner) {
                    case TextMatch.Exact(String text) -> text.startsWith(prefix);
                    case TextMatch.Prefix(String text) -> text.startsWith(prefix);
                    case TextMatch.Regex _, TextMatch.Present _ -> false;
                };
    }

    private static boolean sameOrOpen(@Nullable TextMatch outer, @Nullable TextMatch inner) {
        return outer == null || inner == null || outer.equals(inner);
    }

    private static boolean noContradiction(Map<String, TextMatch> outer, Map<String, TextMatch> inner) {
        return outer.entrySet().stream()
                .allMatch(e -> inner.getOrDefault(e.getKey(), e.getValue()).equals(e.getValue()));
    }

    private static HttpMatch merged(HttpMatch outer, HttpMatch inner) {
        return new HttpMatch(
                joined(outer.name(), inner.name()),
                inner.uri() == null ? outer.uri() : inner.uri(),
                outer.ignoreUriCase() || inner.ignoreUriCase(),
                inner.scheme() == null ? outer.scheme() : inner.scheme(),
                inner.method() == null ? outer.method() : inner.method(),
                inner.authority() == null ? outer.authority() : inner.authority(),
                both(outer.headers(), inner.headers()),
                both(outer.withoutHeaders(), inner.withoutHeaders()),
                both(outer.queryParams(), inner.queryParams()),
                inner.statPrefix().isEmpty() ? outer.statPrefix() : inner.statPrefix(),
                caller(outer.caller(), inner.caller()));
    }

    /** The root decides for which gateways; a delegate has none. */
    private static Caller caller(Caller outer, Caller inner) {
        return new Caller(
                inner.port() == 0 ? outer.port() : inner.port(),
                outer.gateways(),
                both(outer.labels(), inner.labels()),
                inner.namespace().isEmpty() ? outer.namespace() : inner.namespace());
    }

    private static <V> Map<String, V> both(Map<String, V> outer, Map<String, V> inner) {
        Map<String, V> all = new HashMap<>(outer);
        all.putAll(inner);
        return all;
    }

    private static String joined(String outer, String inner) {
        return outer.isEmpty() || inner.isEmpty() ? outer + inner : outer + "-" + inner;
    }
}
