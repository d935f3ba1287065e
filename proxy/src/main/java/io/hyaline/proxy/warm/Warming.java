package io.hyaline.proxy.warm;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.hyaline.proxy.plan.Resources;
import io.hyaline.xds.client.ResourceType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What may serve, decided anew from what has arrived.
 *
 * <p>A cluster or listener serves when everything it names is there; until then its previous version does. The first
 * listeners wait for the first clusters, as Envoy's wait for its cluster manager. Endpoints and routes that do not come
 * in time are replaced by empty ones.
 */
public final class Warming {

    /**
     * What is known at one moment.
     *
     * @param resources everything accepted, complete or not
     * @param clustersListed whether the set of clusters is known (or its time is up)
     * @param overdue needs whose time is up
     */
    public record Arrived(Resources resources, boolean clustersListed, Set<Need> overdue) {}

    /**
     * @param resources what to serve
     * @param needs everything that is named, served or warming: what to subscribe to
     * @param missing needs that something waits for
     * @param clustersServed whether the first clusters have been complete once
     */
    public record Outcome(Resources resources, Set<Need> needs, Set<Need> missing, boolean clustersServed) {

        public static final Outcome NOTHING = new Outcome(Resources.EMPTY, Set.of(), Set.of(), false);

        public Outcome {
            needs = Set.copyOf(needs);
            missing = Set.copyOf(missing);
        }
    }

    private final Arrived arrived;
    private final Set<Need> needs = new LinkedHashSet<>();
    private final Set<Need> servedNeeds = new LinkedHashSet<>();
    private final Set<Need> missing = new LinkedHashSet<>();

    private Warming(Arrived arrived) {
        this.arrived = arrived;
    }

    /** The next outcome after {@code before}. */
    public static Outcome step(Outcome before, Arrived arrived) {
        return new Warming(arrived).decide(before);
    }

    private Outcome decide(Outcome before) {
        Resources all = arrived.resources();
        Map<String, Cluster> clusters =
                complete(all.clusters(), before.resources().clusters(), References::of);
        boolean clustersServed = before.clustersServed() || (arrived.clustersListed() && missing.isEmpty());
        Map<String, Listener> listeners;
        if (clustersServed) {
            listeners = complete(all.listeners(), before.resources().listeners(), References::of);
        } else {
            all.listeners().values().forEach(listener -> needs.addAll(References.of(listener)));
            listeners = Map.of();
        }
        Resources serve = new Resources(
                listeners,
                clusters,
                pick(ResourceType.ENDPOINT, all.endpoints(), Warming::noEndpoints),
                pick(ResourceType.ROUTE, all.routes(), Warming::noRoutes),
                pick(ResourceType.SECRET, all.secrets(), _ -> null));
        return new Outcome(serve, needs, missing, clustersServed);
    }

    private <T> Map<String, T> complete(
            Map<String, T> wanted, Map<String, T> serving, Function<T, Set<Need>> references) {
        Map<String, T> result = new LinkedHashMap<>();
        wanted.forEach((name, resource) -> {
            Set<Need> itsNeeds = references.apply(resource);
            needs.addAll(itsNeeds);
            List<Need> lacking = new ArrayList<>();
            for (Need need : itsNeeds) {
                if (!isThere(need)) {
                    lacking.add(need);
                }
            }
            missing.addAll(lacking);
            T previous = serving.get(name);
            if (lacking.isEmpty()) {
                result.put(name, resource);
                servedNeeds.addAll(itsNeeds);
            } else if (previous != null) {
                result.put(name, previous);
                servedNeeds.addAll(references.apply(previous));
                needs.addAll(references.apply(previous));
            }
        });
        return result;
    }

    private boolean isThere(Need need) {
        Resources all = arrived.resources();
        Map<String, ?> byName = switch (need.type()) {
            case ENDPOINT -> all.endpoints();
            case ROUTE -> all.routes();
            case SECRET -> all.secrets();
            case CLUSTER -> all.clusters();
            case LISTENER -> all.listeners();
        };
        return byName.containsKey(need.name()) || arrived.overdue().contains(need);
    }

    private <T> Map<String, T> pick(ResourceType type, Map<String, T> all, Function<String, @Nullable T> empty) {
        Map<String, T> result = new LinkedHashMap<>();
        for (Need need : servedNeeds) {
            if (need.type() == type) {
                T resource = all.get(need.name());
                if (resource == null) {
                    resource = empty.apply(need.name());
                }
                if (resource != null) {
                    result.put(need.name(), resource);
                }
            }
        }
        return result;
    }

    private static ClusterLoadAssignment noEndpoints(String name) {
        return ClusterLoadAssignment.newBuilder().setClusterName(name).build();
    }

    private static RouteConfiguration noRoutes(String name) {
        return RouteConfiguration.newBuilder().setName(name).build();
    }
}
