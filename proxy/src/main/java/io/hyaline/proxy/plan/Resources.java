package io.hyaline.proxy.plan;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Everything that a proxy is configured with, by name and in the order it came. */
public record Resources(
        Map<String, Listener> listeners,
        Map<String, Cluster> clusters,
        Map<String, ClusterLoadAssignment> endpoints,
        Map<String, RouteConfiguration> routes,
        Map<String, Secret> secrets) {

    public static final Resources EMPTY = new Resources(Map.of(), Map.of(), Map.of(), Map.of(), Map.of());

    public Resources {
        listeners = copy(listeners);
        clusters = copy(clusters);
        endpoints = copy(endpoints);
        routes = copy(routes);
        secrets = copy(secrets);
    }

    private static <T> Map<String, T> copy(Map<String, T> map) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }
}
