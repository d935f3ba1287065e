package io.hyaline.pilot.generate;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.hyaline.model.Problem;
import io.hyaline.xds.server.ServedType;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** Everything one proxy is told, each kind by resource name in order. */
public record ProxyResources(
        SortedMap<String, Cluster> clusters,
        SortedMap<String, ClusterLoadAssignment> endpoints,
        SortedMap<String, Listener> listeners,
        SortedMap<String, RouteConfiguration> routes,
        SortedMap<String, Secret> secrets,
        List<Problem> problems) {
    public ProxyResources {
        clusters = Collections.unmodifiableSortedMap(clusters);
        endpoints = Collections.unmodifiableSortedMap(endpoints);
        listeners = Collections.unmodifiableSortedMap(listeners);
        routes = Collections.unmodifiableSortedMap(routes);
        secrets = Collections.unmodifiableSortedMap(secrets);
        problems = List.copyOf(problems);
    }

    /** Nothing but one type, and no problems. */
    public ProxyResources only(ServedType type) {
        return new ProxyResources(
                type == ServedType.CLUSTER ? clusters : Collections.emptySortedMap(),
                type == ServedType.ENDPOINT ? endpoints : Collections.emptySortedMap(),
                type == ServedType.LISTENER ? listeners : Collections.emptySortedMap(),
                type == ServedType.ROUTE ? routes : Collections.emptySortedMap(),
                Collections.emptySortedMap(),
                List.of());
    }

    /** Those of one type. */
    public SortedMap<String, ? extends Message> of(ServedType type) {
        return switch (type) {
            case CLUSTER -> clusters;
            case ENDPOINT -> endpoints;
            case LISTENER -> listeners;
            case ROUTE -> routes;
            case SECRET -> secrets;
        };
    }

    /** Without secrets: this goes to logs. */
    @Override
    public String toString() {
        return "clusters " + clusters.keySet() + ", listeners " + listeners.keySet() + ", routes " + routes.keySet();
    }

    /** Keyed by name; of two with one name the first stays, as Envoy takes only one. */
    public static <M extends Message> SortedMap<String, M> byName(Iterable<M> messages, Function<M, String> name) {
        SortedMap<String, M> sorted = new TreeMap<>();
        for (M message : messages) {
            sorted.putIfAbsent(name.apply(message), message);
        }
        return sorted;
    }
}
