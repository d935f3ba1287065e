package io.hyaline.proxy.forward;

import com.google.re2j.Pattern;
import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.head.HeaderName;
import io.hyaline.proxy.route.Matched;
import io.hyaline.proxy.route.RoutePlan;

/** Changes of path and host on the way to a cluster. */
final class Rewrites {

    private Rewrites() {}

    /** Every match replaced by {@code substitution}, in which {@code \\1} is the first group. */
    static String replaced(Pattern pattern, String text, String substitution) {
        return pattern.matcher(text).replaceAll(substitution.replace("$", "\\$").replaceAll("\\\\([0-9])", "\\$$1"));
    }

    static void apply(RoutePlan.Rewrite rewrite, Matched matched, Head head) {
        RoutePlan.Share share = matched.share();
        if (share != null && !share.host().isEmpty()) {
            head.authority(share.host());
        }
        if (rewrite.isEmpty()) {
            return;
        }
        String target = head.path();
        int query = target.indexOf('?');
        String path = query < 0 ? target : target.substring(0, query);
        String rewritten = path;
        if (rewrite.prefix() != null) {
            rewritten = matched.route().match().path().replaced(path, rewrite.prefix());
        } else if (rewrite.pattern() != null) {
            rewritten = replaced(rewrite.pattern(), path, rewrite.substitution());
        }
        if (rewrite.prefix() != null || rewrite.pattern() != null) {
            head.set(HeaderName.X_ENVOY_ORIGINAL_PATH, target);
            head.path(query < 0 ? rewritten : rewritten + target.substring(query));
        }
        String host = rewrite.host();
        String hostHeader = rewrite.hostHeader();
        if (hostHeader != null) {
            host = head.value(HeaderName.of(hostHeader));
        }
        if (host != null && !host.isEmpty()) {
            head.set(HeaderName.X_ENVOY_ORIGINAL_HOST, head.authority());
            head.authority(host);
        }
    }
}
