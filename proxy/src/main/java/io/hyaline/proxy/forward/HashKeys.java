package io.hyaline.proxy.forward;

import com.google.re2j.Pattern;
import io.hyaline.proxy.hash.XxHash;
import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.head.HeaderName;
import io.hyaline.proxy.route.RouteMatcher;
import io.hyaline.proxy.route.RoutePlan.HashPolicy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What consistent hashing makes of a request: pure decisions, equal to Envoy's. */
final class HashKeys {

    private static final HeaderName COOKIE = HeaderName.of("cookie");

    /**
     * A request's hash.
     *
     * @param hash null when the request has nothing that is asked for
     * @param cookies what the answer sets so that the next request has it
     */
    record Key(@Nullable Long hash, List<String> cookies) {}

    private HashKeys() {}

    /**
     * The hash of a request.
     *
     * @param client the address of whoever is calling, as far as it is trusted
     * @param connection both ends of the caller's connection: what new cookies are made of
     */
    static Key of(List<HashPolicy> policies, Head head, String client, String connection) {
        Long sofar = null;
        List<String> cookies = List.of();
        for (HashPolicy policy : policies) {
            Long found = switch (policy) {
                case HashPolicy.Header header -> header(header, head);
                case HashPolicy.Query query -> query(query.name(), head.path());
                case HashPolicy.SourceAddress _ -> client.isEmpty() ? null : Long.valueOf(XxHash.of(client));
                case HashPolicy.Cookie cookie -> {
                    String value = cookie(cookie.name(), head);
                    if (value.isEmpty() && cookie.ttl() != null) {
                        value = Long.toHexString(XxHash.of(connection));
                        value = "0".repeat(16 - value.length()) + value;
                        cookies = cookies.isEmpty() ? new ArrayList<>() : cookies;
                        cookies.add(set(cookie, value, cookie.ttl().toSeconds()));
                    }
                    yield value.isEmpty() ? null : Long.valueOf(XxHash.of(value));
                }
            };
            if (found != null) {
                sofar = sofar == null ? found : Long.rotateLeft(sofar, 1) ^ found;
            }
            if (policy.terminal() && sofar != null) {
                break;
            }
        }
        return new Key(sofar, cookies);
    }

    /** The values in an order of their own: which came first does not matter. */
    private static @Nullable Long header(HashPolicy.Header policy, Head head) {
        List<String> values = new ArrayList<>();
        int at = head.find(policy.name());
        if (at < 0) {
            String pseudo = RouteMatcher.value(head, policy.name());
            if (pseudo == null) {
                return null;
            }
            values.add(pseudo);
        }
        for (; at >= 0; at = head.next(policy.name(), at + 1)) {
            values.add(head.valueAt(at));
        }
        Pattern pattern = policy.pattern();
        if (pattern != null) {
            values.replaceAll(value -> Rewrites.replaced(pattern, value, policy.substitution()));
        }
        Collections.sort(values);
        long hash = 0;
        for (String value : values) {
            hash = XxHash.of(value, hash);
        }
        return hash;
    }

    private static @Nullable Long query(String name, String target) {
        int from = target.indexOf('?') + 1;
        if (from == 0) {
            return null;
        }
        for (String parameter : target.substring(from).split("&")) {
            int equals = parameter.indexOf('=');
            if ((equals < 0 ? parameter : parameter.substring(0, equals)).equals(name)) {
                return XxHash.of(equals < 0 ? "" : parameter.substring(equals + 1));
            }
        }
        return null;
    }

    /** A cookie's value, without quotes around it; empty when there is none. */
    static String cookie(String name, Head head) {
        for (int at = head.find(COOKIE); at >= 0; at = head.next(COOKIE, at + 1)) {
            for (String part : head.valueAt(at).split(";")) {
                int equals = part.indexOf('=');
                if (equals >= 0 && part.substring(0, equals).stripLeading().equals(name)) {
                    String value = part.substring(equals + 1);
                    boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
                    return quoted ? value.substring(1, value.length() - 1) : value;
                }
            }
        }
        return "";
    }

    private static String set(HashPolicy.Cookie cookie, String value, long seconds) {
        return cookie.name() + "=\"" + value + '"'
                + (seconds == 0 ? "" : "; Max-Age=" + seconds)
                + (cookie.path().isEmpty() ? "" : "; Path=" + cookie.path())
                + cookie.attributes() + "; HttpOnly";
    }
}
