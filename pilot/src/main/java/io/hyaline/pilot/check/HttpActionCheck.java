package io.hyaline.pilot.check;

import io.hyaline.objects.istio.VirtualServiceSpec;
import io.hyaline.objects.istio.VirtualServiceSpec.HttpAction;
import io.hyaline.objects.istio.VirtualServiceSpec.HttpRoute;
import java.util.Base64;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a route answers with, and which of its settings go together. */
final class HttpActionCheck {
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final int LARGEST_BODY = 1 << 20;

    private final Faults faults;

    HttpActionCheck(Faults faults) {
        this.faults = faults;
    }

    void check(HttpRoute route, String path) {
        HttpAction action = route.action();
        int given = action == null
                ? 0
                : (action.route().isEmpty() ? 0 : 1)
                        + (action.redirect() == null ? 0 : 1)
                        + (action.directResponse() == null ? 0 : 1)
                        + (action.delegate() == null ? 0 : 1);
        if (given == 0) {
            faults.error(path, "HTTP route, redirect, directResponse or delegate is required");
        } else if (given > 1) {
            faults.error(path, "HTTP route can have only one of route, redirect, directResponse and delegate");
        }
        if (action != null) {
            redirect(action.redirect(), route, path);
            answer(action.directResponse(), path + ".directResponse");
            delegate(action.delegate(), route, path);
        }
        rewrite(route.rewrite(), path + ".rewrite");
    }

    private void redirect(VirtualServiceSpec.@Nullable Redirect redirect, HttpRoute route, String path) {
        if (redirect == null) {
            return;
        }
        if (route.rewrite() != null) {
            faults.error(path + ".rewrite", "HTTP route rule cannot contain both rewrite and redirect");
        }
        if (route.fault() != null) {
            faults.error(path + ".fault", "HTTP route cannot contain both fault and redirect");
        }
        String here = path + ".redirect";
        boolean nothing = redirect.uri().isEmpty()
                && redirect.authority().isEmpty()
                && redirect.scheme().isEmpty()
                && redirect.port() == 0
                && redirect.derivePort() == null
                && redirect.redirectCode() == 0;
        if (nothing) {
            faults.error(here, "redirect must specify URI, authority, scheme, or port");
        }
        if (redirect.redirectCode() != 0 && !REDIRECTS.contains(redirect.redirectCode())) {
            faults.error(
                    here + ".redirectCode",
                    redirect.redirectCode() + " is not a valid redirect code, must be one of 301, 302, 303, 307, 308");
        }
        if (!redirect.scheme().isEmpty() && !Set.of("http", "https").contains(redirect.scheme())) {
            faults.error(here + ".scheme", "invalid redirect scheme, must be \"http\" or \"https\"");
        }
        faults.portOrNone(here + ".port", redirect.port());
    }

    private void answer(VirtualServiceSpec.@Nullable DirectResponse answer, String path) {
        if (answer == null) {
            return;
        }
        if (answer.status() < 200 || answer.status() > 599) {
            faults.error(path + ".status", "HTTP response status " + answer.status() + " is not in range 200..599");
        }
        VirtualServiceSpec.Body body = answer.body();
        if (body == null) {
            return;
        }
        if (body.string().length() + body.bytes().length() > LARGEST_BODY) {
            faults.error(path + ".body", "response body size is more than " + LARGEST_BODY + " bytes");
        }
        try {
            Base64.getDecoder().decode(body.bytes());
        } catch (IllegalArgumentException _) {
            faults.error(path + ".body.bytes", "is not base64; use string for plain text");
        }
    }

    private void delegate(VirtualServiceSpec.@Nullable Delegate delegate, HttpRoute route, String path) {
        if (delegate == null) {
            return;
        }
        if (delegate.name().isEmpty()) {
            faults.error(path + ".delegate.name", "delegate name is required");
        }
        if (route.match().stream()
                .anyMatch(m -> m.uri() != null && !m.uri().regex().isEmpty())) {
            faults.error(path + ".match", "url match does not support regex match for delegating; use prefix or exact");
        }
    }

    private void rewrite(VirtualServiceSpec.@Nullable Rewrite rewrite, String path) {
        if (rewrite == null) {
            return;
        }
        VirtualServiceSpec.RegexRewrite regex = rewrite.uriRegexRewrite();
        if (rewrite.uri().isEmpty() && rewrite.authority().isEmpty() && regex == null) {
            faults.error(path, "rewrite must specify URI, UriRegexRewrite, or authority");
        }
        if (regex != null) {
            if (!rewrite.uri().isEmpty()) {
                faults.error(path, "rewrite may only contain one of URI or UriRegexRewrite");
            }
            if (regex.match().isEmpty() || regex.rewrite().isEmpty()) {
                faults.error(path + ".uriRegexRewrite", "UriRegexRewrite requires both Rewrite and Match fields");
            }
            faults.pattern(path + ".uriRegexRewrite.match", regex.match());
        }
    }
}
