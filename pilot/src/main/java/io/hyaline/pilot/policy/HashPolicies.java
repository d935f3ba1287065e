package io.hyaline.pilot.policy;

import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.hyaline.model.policy.TrafficPolicy;
import io.hyaline.pilot.wire.Protos;
import java.util.List;

/** What of a request, or of a connection, chooses the endpoint. */
public final class HashPolicies {
    private HashPolicies() {}

    public static List<RouteAction.HashPolicy> ofRequests(TrafficPolicy policy) {
        return policy.loadBalancing() instanceof TrafficPolicy.LoadBalancing.Consistent consistent
                ? List.of(of(consistent.key()))
                : List.of();
    }

    /** Only the address is known of a connection. */
    public static boolean byAddress(TrafficPolicy policy) {
        return policy.loadBalancing() instanceof TrafficPolicy.LoadBalancing.Consistent consistent
                && consistent.key() instanceof TrafficPolicy.HashKey.SourceAddress;
    }

    private static RouteAction.HashPolicy of(TrafficPolicy.HashKey key) {
        RouteAction.HashPolicy.Builder policy = RouteAction.HashPolicy.newBuilder();
        switch (key) {
            case TrafficPolicy.HashKey.Header(String name) ->
                policy.setHeader(RouteAction.HashPolicy.Header.newBuilder().setHeaderName(name));
            case TrafficPolicy.HashKey.Cookie cookie -> policy.setCookie(cookie(cookie));
            case TrafficPolicy.HashKey.SourceAddress() ->
                policy.setConnectionProperties(
                        RouteAction.HashPolicy.ConnectionProperties.newBuilder().setSourceIp(true));
            case TrafficPolicy.HashKey.QueryParameter(String name) ->
                policy.setQueryParameter(
                        RouteAction.HashPolicy.QueryParameter.newBuilder().setName(name));
        }
        return policy.build();
    }

    private static RouteAction.HashPolicy.Cookie cookie(TrafficPolicy.HashKey.Cookie cookie) {
        RouteAction.HashPolicy.Cookie.Builder result = RouteAction.HashPolicy.Cookie.newBuilder()
                .setName(cookie.name())
                .setPath(cookie.path());
        if (cookie.ttl() != null) {
            result.setTtl(Protos.duration(cookie.ttl()));
        }
        return result.build();
    }
}
