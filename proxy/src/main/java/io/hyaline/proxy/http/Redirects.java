package io.hyaline.proxy.http;

import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.route.Matched;
import io.hyaline.proxy.route.RoutePlan;
import org.jspecify.annotations.Nullable;

/** Where a redirect leads. */
final class Redirects {

    /** What a virtual host with require_tls answers to a plain request. */
    static final RoutePlan.Redirect TO_HTTPS = new RoutePlan.Redirect(301, "https", "", 0, null, null, false);

    private Redirects() {}

    static String location(RoutePlan.Redirect redirect, Head head, @Nullable Matched matched) {
        String scheme = redirect.scheme().isEmpty() ? head.scheme() : redirect.scheme();
        String authority = authority(redirect, head, scheme);
        String target = head.path();
        int query = target.indexOf('?');
        String path = query < 0 ? target : target.substring(0, query);
        String rest = query < 0 || redirect.stripQuery() ? "" : target.substring(query);
        String prefix = redirect.prefix();
        if (redirect.path() != null) {
            path = redirect.path();
            rest = path.indexOf('?') >= 0 ? "" : rest;
        } else if (prefix != null && matched != null) {
            path = matched.route().match().path().replaced(path, prefix);
        }
        return scheme + "://" + authority + path + rest;
    }

    private static String authority(RoutePlan.Redirect redirect, Head head, String scheme) {
        String host = redirect.host();
        if (host.isEmpty()) {
            host = head.authority();
            int colon = host.lastIndexOf(':');
            String before = head.scheme();
            String usual = before.equals("https") ? ":443" : ":80";
            boolean drops = redirect.port() != 0 || (!scheme.equals(before) && host.endsWith(usual));
            if (colon > host.lastIndexOf(']') && drops) {
                host = host.substring(0, colon);
            }
        }
        return redirect.port() == 0 ? host : host + ":" + redirect.port();
    }
}
