package io.hyaline.pilot.route;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.route.v3.Decorator;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.hyaline.model.VirtualService;
import io.hyaline.model.route.Caller;
import io.hyaline.model.route.HttpAction;
import io.hyaline.model.route.HttpMatch;
import io.hyaline.model.route.HttpRoute;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The routes of one VirtualService as one listener has them, in order: the first that agrees is taken. */
public final class HttpRoutes {
    private final VirtualService service;
    private final Caller.Asking proxy;
    private final RouteActions actions;
    private final List<Route> routes = new ArrayList<>();

    private HttpRoutes(VirtualService service, Caller.Asking proxy, Destinations destinations) {
        this.service = service;
        this.proxy = proxy;
        this.actions = new RouteActions(destinations, proxy.port());
    }

    /** @param service with its delegates already in their place */
    public static List<Route> of(VirtualService service, Caller.Asking proxy, Destinations destinations) {
        HttpRoutes routes = new HttpRoutes(service, proxy, destinations);
        for (HttpRoute route : service.http()) {
            if (routes.add(route)) {
                break; // what follows a route that takes everything is never reached
            }
        }
        return List.copyOf(routes.routes);
    }

    /** True if it takes every request. */
    private boolean add(HttpRoute route) {
        if (route.matches().isEmpty()) {
            routes.add(route(route, null));
            return true;
        }
        for (HttpMatch match : route.matches()) {
            if (match.caller().includes(proxy)) {
                routes.add(route(route, match));
                if (match.takesEverything()) {
                    return true;
                }
            }
        }
        return false;
    }

    private Route route(HttpRoute route, @Nullable HttpMatch match) {
        Route.Builder result = Route.newBuilder()
                .setName(name(route, match))
                .setMatch(RouteMatches.of(match))
                .setMetadata(origin());
        HeaderLists.request(route.headers().request(), result);
        HeaderLists.response(route.headers().response(), result);
        switch (route.action()) {
            case HttpAction.Forward forward -> result.setRoute(actions.forward(route, forward, result));
            case HttpAction.Redirect redirect -> result.setRedirect(actions.redirect(redirect));
            case HttpAction.Answer answer -> result.setDirectResponse(RouteActions.answer(answer));
            case HttpAction.Delegate delegate ->
                throw new IllegalStateException("delegate " + delegate + " was not put in its place");
        }
        if (match != null && !match.statPrefix().isEmpty()) {
            result.setStatPrefix(match.statPrefix());
        }
        PerRoute.filters(route, result);
        return result.setDecorator(Decorator.newBuilder().setOperation(operation(result)))
                .build();
    }

    private static String name(HttpRoute route, @Nullable HttpMatch match) {
        return match == null || match.name().isEmpty() ? route.name() : route.name() + "." + match.name();
    }

    /** Which object a route comes from: for tools, no proxy looks at it. */
    private Metadata origin() {
        String path = "/apis/networking.istio.io/v1/namespaces/" + service.key().namespace() + "/virtual-service/"
                + service.key().name();
        return Metadata.newBuilder()
                .putFilterMetadata(
                        "istio",
                        Struct.newBuilder()
                                .putFields(
                                        "config",
                                        Value.newBuilder().setStringValue(path).build())
                                .build())
                .build();
    }

    /** The destination's host and port when there is one, else the VirtualService's name and the listener's port. */
    private String operation(Route.Builder route) {
        String[] cluster = route.getRoute().getCluster().split("\\|", -1);
        String target = cluster.length == 4
                ? cluster[3] + ":" + cluster[1]
                : service.key().name() + ":" + proxy.port();
        return target + path(route.getMatch());
    }

    private static String path(RouteMatch match) {
        return switch (match.getPathSpecifierCase()) {
            case PREFIX -> match.getPrefix() + "*";
            case PATH -> match.getPath();
            case SAFE_REGEX -> match.getSafeRegex().getRegex();
            case CONNECT_MATCHER, PATH_SEPARATED_PREFIX, PATH_MATCH_POLICY, PATHSPECIFIER_NOT_SET -> "/*";
        };
    }
}
