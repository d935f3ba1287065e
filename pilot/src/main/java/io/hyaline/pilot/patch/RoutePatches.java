package io.hyaline.pilot.patch;

import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.hyaline.model.envoyfilter.ApplyTo;
import io.hyaline.model.envoyfilter.PatchContext;
import io.hyaline.model.envoyfilter.PatchOperation;
import io.hyaline.model.envoyfilter.RouteMatch;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Patches a route configuration, its virtual hosts and their routes. */
final class RoutePatches {
    private final Patches patches;
    private final PatchContext context;

    RoutePatches(Patches patches, PatchContext context) {
        this.patches = patches;
        this.context = context;
    }

    RouteConfiguration apply(RouteConfiguration original) {
        RouteConfiguration routes = original;
        for (Patch patch : concerned(ApplyTo.ROUTE_CONFIGURATION, original)) {
            if (patch.operation().merges()) {
                routes = ProtoMerge.merge(routes, patch.as(RouteConfiguration.class), patch.replacesLists());
            }
        }
        List<Patch> ofHosts = concerned(ApplyTo.VIRTUAL_HOST, original);
        List<Patch> ofRoutes = concerned(ApplyTo.HTTP_ROUTE, original);
        RouteConfiguration.Builder result = routes.toBuilder().clearVirtualHosts();
        for (VirtualHost host : routes.getVirtualHostsList()) {
            VirtualHost patched = virtualHost(host, ofHosts);
            if (patched != null) {
                result.addVirtualHosts(routesOf(patched, ofRoutes));
            }
        }
        ofHosts.stream().filter(p -> adds(p.operation())).forEach(p -> result.addVirtualHosts(p.as(VirtualHost.class)));
        return result.build();
    }

    private static boolean adds(PatchOperation operation) {
        return switch (operation) {
            case ADD, INSERT_FIRST, INSERT_BEFORE, INSERT_AFTER -> true;
            case MERGE, MERGE_AND_REPLACE_LIST, REMOVE, REPLACE -> false;
        };
    }

    private static @Nullable VirtualHost virtualHost(VirtualHost original, List<Patch> patches) {
        VirtualHost host = original;
        for (Patch patch : patches) {
            if (!hostMatches(patch.spec().route().virtualHost(), original)) {
                continue;
            }
            switch (patch.operation()) {
                case REMOVE -> {
                    return null;
                }
                case REPLACE -> host = patch.as(VirtualHost.class);
                case MERGE, MERGE_AND_REPLACE_LIST ->
                    host = ProtoMerge.merge(host, patch.as(VirtualHost.class), patch.replacesLists());
                case ADD, INSERT_FIRST, INSERT_BEFORE, INSERT_AFTER -> {}
            }
        }
        return host;
    }

    private static VirtualHost routesOf(VirtualHost host, List<Patch> patches) {
        List<Route> routes = host.getRoutesList();
        for (Patch patch : patches) {
            RouteMatch.VirtualHost match = patch.spec().route().virtualHost();
            if (!hostMatches(match, host)) {
                continue;
            }
            routes = patch.operation().merges()
                    ? merged(routes, patch, match)
                    : NamedList.apply(
                            routes,
                            patch,
                            !match.route().isEmpty(),
                            r -> routeMatches(match, r),
                            p -> p.as(Route.class));
        }
        return host.toBuilder().clearRoutes().addAllRoutes(routes).build();
    }

    private static List<Route> merged(List<Route> routes, Patch patch, RouteMatch.VirtualHost match) {
        List<Route> result = new ArrayList<>(routes);
        result.replaceAll(
                r -> routeMatches(match, r) ? ProtoMerge.merge(r, patch.as(Route.class), patch.replacesLists()) : r);
        return result;
    }

    private List<Patch> concerned(ApplyTo kind, RouteConfiguration routes) {
        return patches.of(kind, context, p -> configurationMatches(p.spec().route(), routes.getName()));
    }

    private static boolean configurationMatches(RouteMatch match, String name) {
        return (match.name().isEmpty() || match.name().equals(name))
                && (match.portNumber() == 0 || match.portNumber() == port(name));
    }

    /** {@code 8000}, {@code host:8000}, {@code inbound|8000||} and {@code http.8000} all mean 8000. */
    private static int port(String name) {
        String digits = name;
        if (name.startsWith("inbound|")) {
            digits = name.split("\\|", -1)[1];
        } else if (name.startsWith("http.") || name.startsWith("https.")) {
            digits = name.split("\\.", -1)[1];
        } else if (name.contains(":")) {
            digits = name.substring(name.lastIndexOf(':') + 1);
        }
        boolean number =
                !digits.isEmpty() && digits.length() < 6 && digits.chars().allMatch(Character::isDigit);
        return number ? Integer.parseInt(digits) : -1;
    }

    private static boolean hostMatches(RouteMatch.VirtualHost match, VirtualHost host) {
        return (match.name().isEmpty() || match.name().equals(host.getName()))
                && (match.domainName().isEmpty() || host.getDomainsList().contains(match.domainName()));
    }

    private static boolean routeMatches(RouteMatch.VirtualHost match, Route route) {
        boolean action = switch (match.action()) {
            case "ROUTE" -> route.hasRoute();
            case "REDIRECT" -> route.hasRedirect();
            case "DIRECT_RESPONSE" -> route.hasDirectResponse();
            default -> true;
        };
        return action && (match.route().isEmpty() || match.route().equals(route.getName()));
    }
}
