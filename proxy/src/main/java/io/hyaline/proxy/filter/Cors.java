package io.hyaline.proxy.filter;

import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.head.HeaderName;
import io.hyaline.proxy.match.TextMatch;
import io.hyaline.proxy.route.CorsPlan;
import org.jspecify.annotations.Nullable;

/** What the CORS filter says about origins: pure decisions. */
public final class Cors {

    public static final HeaderName ORIGIN = HeaderName.of("origin");
    private static final HeaderName REQUEST_METHOD = HeaderName.of("access-control-request-method");
    private static final HeaderName REQUEST_HEADERS = HeaderName.of("access-control-request-headers");
    private static final HeaderName REQUEST_NETWORK = HeaderName.of("access-control-request-private-network");
    private static final HeaderName ALLOW_ORIGIN = HeaderName.of("access-control-allow-origin");
    private static final HeaderName ALLOW_CREDENTIALS = HeaderName.of("access-control-allow-credentials");
    private static final HeaderName ALLOW_METHODS = HeaderName.of("access-control-allow-methods");
    private static final HeaderName ALLOW_HEADERS = HeaderName.of("access-control-allow-headers");
    private static final HeaderName ALLOW_NETWORK = HeaderName.of("access-control-allow-private-network");
    private static final HeaderName EXPOSE_HEADERS = HeaderName.of("access-control-expose-headers");
    private static final HeaderName MAX_AGE = HeaderName.of("access-control-max-age");

    private Cors() {}

    public static boolean allows(CorsPlan plan, String origin) {
        for (TextMatch allowed : plan.origins()) {
            if (allowed.test("*") || allowed.test(origin)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a request with an origin only asks what it might send. */
    public static boolean isPreflight(Head request) {
        String method = request.value(REQUEST_METHOD);
        return request.method().equals("OPTIONS") && method != null && !method.isEmpty();
    }

    /** Whether a preflight is answered here. */
    public static boolean answers(CorsPlan plan, boolean allowed) {
        return allowed || Boolean.FALSE.equals(plan.forwardsForeign());
    }

    /** The answer to a preflight; it still has to be {@linkplain #mark marked}. */
    public static void answer(CorsPlan plan, Head request, Head answer) {
        answer.status(200);
        if (Boolean.TRUE.equals(plan.credentials())) {
            answer.set(ALLOW_CREDENTIALS, "true");
        }
        list(plan.methods(), ALLOW_METHODS, request.value(REQUEST_METHOD), answer);
        list(plan.headers(), ALLOW_HEADERS, request.joined(REQUEST_HEADERS), answer);
        if (!plan.maxAge().isEmpty()) {
            answer.set(MAX_AGE, plan.maxAge());
        }
        if (Boolean.TRUE.equals(plan.privateNetwork()) && "true".equals(request.value(REQUEST_NETWORK))) {
            answer.set(ALLOW_NETWORK, "true");
        }
    }

    /** A star is what was asked for. */
    private static void list(String configured, HeaderName name, @Nullable String asked, Head answer) {
        if (configured.equals("*")) {
            answer.set(name, asked == null ? "" : asked);
        } else if (!configured.isEmpty()) {
            answer.set(name, configured);
        }
    }

    /** Says in an answer that its origin may read it. */
    public static void mark(CorsPlan plan, String origin, Head answer) {
        answer.set(ALLOW_ORIGIN, origin);
        if (Boolean.TRUE.equals(plan.credentials())) {
            answer.set(ALLOW_CREDENTIALS, "true");
        }
        if (!plan.exposed().isEmpty()) {
            answer.set(EXPOSE_HEADERS, plan.exposed());
        }
    }
}
