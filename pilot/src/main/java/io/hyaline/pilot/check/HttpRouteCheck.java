package io.hyaline.pilot.check;

import io.hyaline.objects.istio.StringMatch;
import io.hyaline.objects.istio.VirtualServiceSpec;
import io.hyaline.objects.istio.VirtualServiceSpec.HttpDestination;
import io.hyaline.objects.istio.VirtualServiceSpec.HttpMatch;
import io.hyaline.objects.istio.VirtualServiceSpec.HttpRoute;
import io.hyaline.objects.istio.VirtualServiceSpec.Percent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** HTTP routes. What is done to a request that matched is for {@link HttpActionCheck}. */
final class HttpRouteCheck {
    private static final Set<String> RETRY_WORDS = Set.of(
            "5xx",
            "gateway-error",
            "reset",
            "reset-before-request",
            "connect-failure",
            "envoy-ratelimited",
            "retriable-4xx",
            "refused-stream",
            "retriable-status-codes",
            "retriable-headers",
            "http3-post-connect-failure",
            "cancelled",
            "deadline-exceeded",
            "internal",
            "resource-exhausted",
            "unavailable");

    private final Faults faults;
    private final VirtualServiceCheck names;
    private final HttpActionCheck actions;

    HttpRouteCheck(Faults faults, VirtualServiceCheck names) {
        this.faults = faults;
        this.names = names;
        this.actions = new HttpActionCheck(faults);
    }

    void check(HttpRoute route, String path) {
        for (int i = 0; i < route.match().size(); i++) {
            match(route.match().get(i), path + ".match[" + i + "]");
        }
        actions.check(route, path);
        if (route.action() != null) {
            destinations(route.action().route(), path + ".route");
        }
        faults.duration(path + ".timeout", route.timeout());
        retries(route.retries(), path + ".retries");
        mirrors(route.mirroring(), path);
        fault(route.fault(), path + ".fault");
        cors(route.corsPolicy(), path + ".corsPolicy");
        headers(route.headers(), path + ".headers");
    }

    private void match(HttpMatch match, String path) {
        text(match.uri(), path + ".uri");
        text(match.scheme(), path + ".scheme");
        text(match.method(), path + ".method");
        text(match.authority(), path + ".authority");
        texts(match.headers(), path + ".headers");
        texts(match.withoutHeaders(), path + ".withoutHeaders");
        match.queryParams().forEach((name, value) -> text(value, path + ".queryParams." + name));
        Map<String, String> labels =
                match.source() == null ? Map.of() : match.source().sourceLabels();
        names.caller(match.port(), match.gateways(), labels, path);
    }

    private void texts(Map<String, StringMatch> matches, String path) {
        matches.forEach((name, match) -> {
            faults.form(path, name.isEmpty() ? " " : name, HttpRouteCheck::matchedHeader);
            text(match, path + "." + name);
        });
    }

    /** Claims have names of their own, and are refused by the reader. */
    private static @Nullable String matchedHeader(String name) {
        return name.startsWith("@") || name.startsWith(":") ? null : Syntax.header(name);
    }

    private void text(@Nullable StringMatch match, String path) {
        if (match == null) {
            return;
        }
        long given = Stream.of(match.exact(), match.prefix(), match.regex())
                .filter(text -> !text.isEmpty())
                .count();
        if (given > 1) {
            faults.error(path, "only one of exact, prefix and regex can be set");
        }
        if (!match.regex().isEmpty() && !match.regex().equals("*")) {
            faults.pattern(path + ".regex", match.regex());
        }
    }

    private void destinations(List<HttpDestination> route, String path) {
        for (int i = 0; i < route.size(); i++) {
            names.destination(route.get(i).destination(), path + "[" + i + "].destination");
            headers(route.get(i).headers(), path + "[" + i + "].headers");
        }
        names.weights(route.stream().map(HttpDestination::weight).toList(), path);
    }

    private void retries(VirtualServiceSpec.@Nullable Retries retries, String path) {
        if (retries == null) {
            return;
        }
        if (retries.attempts() < 0) {
            faults.error(path + ".attempts", "attempts cannot be negative");
        }
        boolean more = !retries.perTryTimeout().isEmpty() || !retries.retryOn().isEmpty();
        if (retries.attempts() == 0 && more) {
            faults.error(path, "http retry policy configured when attempts are set to 0 (disabled)");
        }
        faults.duration(path + ".perTryTimeout", retries.perTryTimeout());
        faults.duration(path + ".backoff", retries.backoff());
        Arrays.stream(retries.retryOn().split(","))
                .map(String::strip)
                .filter(word -> !word.isEmpty() && !RETRY_WORDS.contains(word) && !word.matches("[1-5]\\d\\d"))
                .forEach(word -> faults.error(
                        path + ".retryOn",
                        word + " is not a valid retryOn policy: a status code, or one of Envoy's words"));
    }

    private void mirrors(VirtualServiceSpec.@Nullable Mirroring mirroring, String path) {
        if (mirroring == null) {
            return;
        }
        if (mirroring.mirror() != null) {
            names.destination(mirroring.mirror(), path + ".mirror");
            if (!mirroring.mirrors().isEmpty()) {
                faults.error(path + ".mirrors", "HTTP route cannot contain both mirror and mirrors");
            }
        }
        for (int i = 0; i < mirroring.mirrors().size(); i++) {
            names.destination(mirroring.mirrors().get(i).destination(), path + ".mirrors[" + i + "].destination");
            percent(mirroring.mirrors().get(i).percentage(), path + ".mirrors[" + i + "].percentage");
        }
        faults.percent(path + ".mirrorPercent", mirroring.mirrorPercent());
        faults.deprecated(path + ".mirrorPercent", mirroring.mirrorPercent() != null, "mirrorPercentage");
        percent(mirroring.mirrorPercentage(), path + ".mirrorPercentage");
    }

    private void fault(VirtualServiceSpec.@Nullable Fault fault, String path) {
        if (fault == null) {
            return;
        }
        if (fault.delay() == null && fault.abort() == null) {
            faults.error(path, "HTTP fault injection must have an abort and/or a delay");
        }
        if (fault.delay() != null) {
            faults.duration(path + ".delay.fixedDelay", fault.delay().fixedDelay());
            if (fault.delay().fixedDelay().isEmpty()) {
                faults.error(path + ".delay.fixedDelay", "is required; exponentialDelay is not supported");
            }
            faults.percent(path + ".delay.percent", fault.delay().percent());
            faults.deprecated(path + ".delay.percent", fault.delay().percent() != 0, "percentage");
            percent(fault.delay().percentage(), path + ".delay.percentage");
        }
        VirtualServiceSpec.Abort abort = fault.abort();
        if (abort != null) {
            percent(abort.percentage(), path + ".abort.percentage");
            if (abort.grpcStatus().isEmpty() && (abort.httpStatus() < 200 || abort.httpStatus() > 599)) {
                faults.error(
                        path + ".abort.httpStatus",
                        "invalid abort http status " + abort.httpStatus() + ": 200 to 599, or give grpcStatus");
            }
            if (!abort.http2Error().isEmpty()) {
                faults.error(
                        path + ".abort.http2Error", "HTTP/2 abort fault injection is not supported; use httpStatus");
            }
        }
    }

    private void percent(@Nullable Percent percent, String path) {
        if (percent != null && (percent.value() < 0 || percent.value() > 100)) {
            faults.error(path, "percentage " + percent.value() + " is not in range 0..100");
        }
    }

    private void cors(VirtualServiceSpec.@Nullable Cors cors, String path) {
        if (cors == null) {
            return;
        }
        faults.deprecated(path + ".allowOrigin", !cors.allowOrigin().isEmpty(), "allowOrigins");
        for (int i = 0; i < cors.allowOrigins().size(); i++) {
            text(cors.allowOrigins().get(i), path + ".allowOrigins[" + i + "]");
        }
        cors.allowHeaders().forEach(name -> faults.form(path + ".allowHeaders", name, HttpRouteCheck::corsName));
        cors.exposeHeaders().forEach(name -> faults.form(path + ".exposeHeaders", name, HttpRouteCheck::corsName));
        for (String method : cors.allowMethods()) {
            if (!method.equals("*") && !method.matches("[A-Za-z]+")) {
                faults.error(path + ".allowMethods", "\"" + method + "\" is not a supported HTTP method");
            }
        }
        faults.duration(path + ".maxAge", cors.maxAge());
    }

    private static @Nullable String corsName(String name) {
        return name.equals("*") ? null : Syntax.header(name);
    }

    private void headers(VirtualServiceSpec.@Nullable Headers headers, String path) {
        if (headers != null) {
            operations(headers.request(), path + ".request");
            operations(headers.response(), path + ".response");
        }
    }

    private void operations(VirtualServiceSpec.@Nullable HeaderOperations operations, String path) {
        if (operations == null) {
            return;
        }
        operations.set().forEach((name, value) -> changed(name, value, path + ".set"));
        operations.add().forEach((name, value) -> changed(name, value, path + ".add"));
        operations.remove().forEach(name -> faults.form(path + ".remove", name.isEmpty() ? " " : name, Syntax::header));
    }

    private void changed(String name, String value, String path) {
        faults.form(path, name.isEmpty() ? " " : name, Syntax::changedHeader);
        if (value.chars().anyMatch(c -> c == '\r' || c == '\n' || c == 0)) {
            faults.error(path + "." + name, "a header value has no line breaks");
        }
    }
}
