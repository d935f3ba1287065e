package io.hyaline.proxy.plan;

import io.hyaline.proxy.listen.ListenerPlan;
import io.hyaline.proxy.route.RouteTable;
import io.hyaline.proxy.tls.SecretPlan;
import io.hyaline.proxy.upstream.ClusterPlan;
import java.util.Map;

/** An immutable configuration in the proxy's own types, and the resources it was compiled from. */
public record Plan(
        Resources source,
        Map<String, ListenerPlan> listeners,
        Map<String, ClusterPlan> clusters,
        Map<String, ClusterPlan.EndpointSet> endpoints,
        Map<String, RouteTable> routes,
        Map<String, SecretPlan> secrets) {

    public static final Plan EMPTY = new Plan(Resources.EMPTY, Map.of(), Map.of(), Map.of(), Map.of(), Map.of());
}
