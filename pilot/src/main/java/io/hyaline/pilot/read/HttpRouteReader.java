package io.hyaline.pilot.read;

import io.hyaline.model.route.Caller;
import io.hyaline.model.route.HeaderChanges;
import io.hyaline.model.route.HttpAction;
import io.hyaline.model.route.HttpMatch;
import io.hyaline.model.route.HttpRoute;
import io.hyaline.model.route.TextMatch;
import io.hyaline.model.route.WeightedDestination;
import io.hyaline.objects.istio.StringMatch;
import io.hyaline.objects.istio.VirtualServiceSpec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The HTTP routes of a VirtualService. */
final class HttpRouteReader {
    private static final String CLAIMS = "@request.auth.claims";

    private final VirtualServiceReader names;
    private final FaultReader faults;

    HttpRouteReader(VirtualServiceReader names) {
        this.names = names;
        this.faults = new FaultReader(names);
    }

    HttpRoute read(VirtualServiceSpec.HttpRoute route) {
        return new HttpRoute(
                route.name(),
                route.match().stream().map(this::match).toList(),
                action(route),
                rewrite(route.rewrite()),
                Durations.orNull("timeout", route.timeout()),
                retries(route.retries()),
                faults.fault(route.fault()),
                faults.mirrors(route.mirroring()),
                cors(route.corsPolicy()),
                changes(route.headers()));
    }

    private HttpMatch match(VirtualServiceSpec.HttpMatch match) {
        VirtualServiceSpec.Source source = match.source();
        Caller caller = names.caller(
                match.port(),
                match.gateways(),
                source == null ? Map.of() : source.sourceLabels(),
                source == null ? "" : source.sourceNamespace());
        return new HttpMatch(
                match.name(),
                text(match.uri()),
                match.ignoreUriCase(),
                text(match.scheme()),
                text(match.method()),
                text(match.authority()),
                texts("headers", match.headers()),
                texts("withoutHeaders", match.withoutHeaders()),
                texts("queryParams", match.queryParams()),
                source == null ? "" : source.statPrefix(),
                caller);
    }

    private static Map<String, TextMatch> texts(String field, Map<String, StringMatch> matches) {
        Map<String, TextMatch> result = new HashMap<>();
        matches.forEach((name, match) -> {
            if (name.startsWith(CLAIMS)) {
                throw new IllegalArgumentException(field + ": " + CLAIMS + " is not supported");
            }
            TextMatch text = text(match);
            result.put(name, text == null ? new TextMatch.Present() : text);
        });
        return result;
    }

    /** Null when nothing is asked. */
    private static @Nullable TextMatch text(@Nullable StringMatch match) {
        if (match == null) {
            return null;
        }
        if (!match.exact().isEmpty()) {
            return new TextMatch.Exact(match.exact());
        }
        if (!match.prefix().isEmpty()) {
            return new TextMatch.Prefix(match.prefix());
        }
        if (match.regex().isEmpty()) {
            return null;
        }
        if (match.regex().equals("*")) {
            return new TextMatch.Present();
        }
        return new TextMatch.Regex(match.regex());
    }

    private HttpAction action(VirtualServiceSpec.HttpRoute route) {
        VirtualServiceSpec.HttpAction action = route.action();
        if (action == null) {
            throw new IllegalArgumentException("says neither route, nor redirect, directResponse or delegate");
        }
        if (action.redirect() != null) {
            return redirect(action.redirect());
        }
        if (action.directResponse() != null) {
            return answer(action.directResponse());
        }
        if (action.delegate() != null) {
            VirtualServiceSpec.Delegate delegate = action.delegate();
            return new HttpAction.Delegate(
                    delegate.namespace().isEmpty() ? names.namespace() : delegate.namespace(), delegate.name());
        }
        return forward(action.route());
    }

    private HttpAction forward(List<VirtualServiceSpec.HttpDestination> all) {
        List<WeightedDestination> destinations = new ArrayList<>();
        for (VirtualServiceSpec.HttpDestination d : all) {
            destinations.add(
                    new WeightedDestination(names.destination(d.destination()), d.weight(), changes(d.headers())));
        }
        return new HttpAction.Forward(destinations);
    }

    private static HttpAction redirect(VirtualServiceSpec.Redirect redirect) {
        int status = redirect.redirectCode() == 0 ? 301 : redirect.redirectCode();
        return new HttpAction.Redirect(
                redirect.uri(),
                redirect.authority(),
                redirect.scheme(),
                redirect.port(),
                redirect.derivePort() == VirtualServiceSpec.RedirectPort.FROM_REQUEST_PORT,
                status);
    }

    private static HttpAction answer(VirtualServiceSpec.DirectResponse answer) {
        VirtualServiceSpec.Body body = answer.body();
        if (body == null) {
            return new HttpAction.Answer(answer.status(), "");
        }
        String text = body.bytes().isEmpty()
                ? body.string()
                : new String(Base64.getDecoder().decode(body.bytes()), StandardCharsets.UTF_8);
        return new HttpAction.Answer(answer.status(), text);
    }

    private static HttpRoute.Rewrite rewrite(VirtualServiceSpec.@Nullable Rewrite rewrite) {
        if (rewrite == null) {
            return HttpRoute.Rewrite.NONE;
        }
        VirtualServiceSpec.RegexRewrite regex = rewrite.uriRegexRewrite();
        return new HttpRoute.Rewrite(
                rewrite.uri(),
                rewrite.authority(),
                regex == null ? "" : regex.match(),
                regex == null ? "" : regex.rewrite());
    }

    private static HttpRoute.@Nullable Retries retries(VirtualServiceSpec.@Nullable Retries retries) {
        return retries == null
                ? null
                : new HttpRoute.Retries(
                        retries.attempts(),
                        Durations.orNull("retries.perTryTimeout", retries.perTryTimeout()),
                        retries.retryOn(),
                        retries.retryIgnorePreviousHosts(),
                        Durations.orNull("retries.backoff", retries.backoff()));
    }

    private static HttpRoute.@Nullable Cors cors(VirtualServiceSpec.@Nullable Cors cors) {
        if (cors == null) {
            return null;
        }
        List<TextMatch> origins = new ArrayList<>();
        cors.allowOrigin()
                .forEach(o -> origins.add(o.equals("*") ? new TextMatch.Regex(".*") : new TextMatch.Exact(o)));
        for (StringMatch match : cors.allowOrigins()) {
            TextMatch text = text(match);
            origins.add(text == null || text instanceof TextMatch.Present ? new TextMatch.Regex(".*") : text);
        }
        return new HttpRoute.Cors(
                origins,
                cors.allowMethods(),
                cors.allowHeaders(),
                cors.exposeHeaders(),
                Durations.orNull("corsPolicy.maxAge", cors.maxAge()),
                cors.allowCredentials(),
                cors.unmatchedPreflights() != VirtualServiceSpec.UnmatchedPreflights.IGNORE);
    }

    private static HeaderChanges changes(VirtualServiceSpec.@Nullable Headers headers) {
        return headers == null
                ? HeaderChanges.NONE
                : new HeaderChanges(edits(headers.request()), edits(headers.response()));
    }

    private static HeaderChanges.Edits edits(VirtualServiceSpec.@Nullable HeaderOperations operations) {
        return operations == null
                ? HeaderChanges.Edits.NONE
                : new HeaderChanges.Edits(operations.set(), operations.add(), operations.remove());
    }
}
