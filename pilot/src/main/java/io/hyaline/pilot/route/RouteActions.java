package io.hyaline.pilot.route;

import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.RuntimeFractionalPercent;
import io.envoyproxy.envoy.config.route.v3.DirectResponseAction;
import io.envoyproxy.envoy.config.route.v3.RedirectAction;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatchAndSubstitute;
import io.hyaline.model.route.HttpAction;
import io.hyaline.model.route.HttpRoute;
import io.hyaline.model.route.WeightedDestination;
import io.hyaline.pilot.wire.Announcement;
import io.hyaline.pilot.wire.Protos;
import java.time.Duration;
import java.util.List;

/** What becomes of a request, in Envoy's words. */
final class RouteActions {
    private final Destinations destinations;
    private final int listenerPort;

    RouteActions(Destinations destinations, int listenerPort) {
        this.destinations = destinations;
        this.listenerPort = listenerPort;
    }

    /** @param whole the route, which takes header operations and announcement when there is one destination only */
    RouteAction forward(HttpRoute route, HttpAction.Forward forward, Route.Builder whole) {
        RouteAction.Builder action = timeouts(route.timeout() == null ? Duration.ZERO : route.timeout());
        RetryPolicy retries = RetryPolicies.of(route.retries());
        if (retries != null) {
            action.setRetryPolicy(retries);
        }
        List<WeightedDestination> shares = shares(forward);
        String authority = HeaderLists.authority(route.headers().request());
        if (shares.size() == 1) {
            WeightedDestination only = shares.getFirst();
            action.setCluster(destinations.cluster(only.destination(), listenerPort));
            if (destinations.wantAnnouncement(only.destination(), listenerPort)) {
                whole.putTypedPerFilterConfig(Announcement.FILTER, Announcement.OF_HTTP);
            }
            HeaderLists.request(only.headers().request(), whole);
            HeaderLists.response(only.headers().response(), whole);
            String own = HeaderLists.authority(only.headers().request());
            authority = own.isEmpty() ? authority : own;
        } else {
            action.setWeightedClusters(weighted(shares));
        }
        rewrite(route.rewrite(), authority, action);
        route.mirrors().forEach(mirror -> action.addRequestMirrorPolicies(mirror(mirror)));
        action.addAllHashPolicy(
                destinations.hashPolicies(forward.destinations().getFirst().destination(), listenerPort));
        return action.build();
    }

    /**
     * Without a timeout none of Envoy's own applies either. With one, {@code max_stream_duration} must be absent: Envoy then
     * reads {@code timeout} no more. {@code max_grpc_timeout} is the older way to heed {@code grpc-timeout}, the one beside it.
     */
    @SuppressWarnings("deprecation") // the replacement of max_grpc_timeout is max_stream_duration
    static RouteAction.Builder timeouts(Duration timeout) {
        com.google.protobuf.Duration bound = Protos.duration(timeout);
        RouteAction.Builder action = RouteAction.newBuilder().setTimeout(bound);
        return timeout.isZero()
                ? action.setMaxStreamDuration(RouteAction.MaxStreamDuration.newBuilder()
                        .setMaxStreamDuration(Protos.ZERO)
                        .setGrpcTimeoutHeaderMax(Protos.ZERO))
                : action.setMaxGrpcTimeout(bound);
    }

    private static List<WeightedDestination> shares(HttpAction.Forward forward) {
        if (forward.destinations().size() == 1) {
            return forward.destinations();
        }
        return forward.destinations().stream().filter(d -> d.weight() > 0).toList();
    }

    private WeightedCluster weighted(List<WeightedDestination> shares) {
        WeightedCluster.Builder weighted = WeightedCluster.newBuilder();
        for (WeightedDestination share : shares) {
            WeightedCluster.ClusterWeight.Builder cluster = WeightedCluster.ClusterWeight.newBuilder()
                    .setName(destinations.cluster(share.destination(), listenerPort))
                    .setWeight(Protos.uint32(share.weight()));
            if (destinations.wantAnnouncement(share.destination(), listenerPort)) {
                cluster.putTypedPerFilterConfig(Announcement.FILTER, Announcement.OF_HTTP);
            }
            HeaderLists.of(share.headers(), cluster);
            String authority = HeaderLists.authority(share.headers().request());
            if (!authority.isEmpty()) {
                cluster.setHostRewriteLiteral(authority);
            }
            weighted.addClusters(cluster);
        }
        return weighted.build();
    }

    private static void rewrite(HttpRoute.Rewrite rewrite, String headerAuthority, RouteAction.Builder action) {
        if (!rewrite.pattern().isEmpty()) {
            action.setRegexRewrite(RegexMatchAndSubstitute.newBuilder()
                    .setPattern(RouteMatches.regex(rewrite.pattern()))
                    .setSubstitution(rewrite.substitution()));
        } else if (!rewrite.uri().isEmpty()) {
            action.setPrefixRewrite(rewrite.uri());
        }
        String authority = rewrite.authority().isEmpty() ? headerAuthority : rewrite.authority();
        if (!authority.isEmpty()) {
            action.setHostRewriteLiteral(authority);
        }
    }

    private RouteAction.RequestMirrorPolicy mirror(HttpRoute.Mirror mirror) {
        return RouteAction.RequestMirrorPolicy.newBuilder()
                .setCluster(destinations.cluster(mirror.destination(), listenerPort))
                .setRuntimeFraction(
                        RuntimeFractionalPercent.newBuilder().setDefaultValue(PerRoute.fraction(mirror.millionths())))
                .build();
    }

    RedirectAction redirect(HttpAction.Redirect redirect) {
        RedirectAction.Builder action = RedirectAction.newBuilder()
                .setHostRedirect(redirect.authority())
                .setResponseCode(
                        switch (redirect.status()) {
                            case 302 -> RedirectAction.RedirectResponseCode.FOUND;
                            case 303 -> RedirectAction.RedirectResponseCode.SEE_OTHER;
                            case 307 -> RedirectAction.RedirectResponseCode.TEMPORARY_REDIRECT;
                            case 308 -> RedirectAction.RedirectResponseCode.PERMANENT_REDIRECT;
                            default -> RedirectAction.RedirectResponseCode.MOVED_PERMANENTLY;
                        });
        if (!redirect.uri().isEmpty()) {
            action.setPathRedirect(redirect.uri());
        }
        if (!redirect.scheme().isEmpty()) {
            action.setSchemeRedirect(redirect.scheme());
        }
        if (redirect.port() != 0) {
            action.setPortRedirect(redirect.port());
        } else if (redirect.requestPort()) {
            action.setPortRedirect(listenerPort);
        }
        return action.build();
    }

    static DirectResponseAction answer(HttpAction.Answer answer) {
        DirectResponseAction.Builder action = DirectResponseAction.newBuilder().setStatus(answer.status());
        if (!answer.body().isEmpty()) {
            action.setBody(DataSource.newBuilder().setInlineString(answer.body()));
        }
        return action.build();
    }
}
