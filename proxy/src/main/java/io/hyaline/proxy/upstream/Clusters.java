package io.hyaline.proxy.upstream;

import io.hyaline.proxy.loop.Worker;
import io.hyaline.proxy.upstream.ClusterPlan.Discovery;
import io.hyaline.proxy.upstream.ClusterPlan.EndpointSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All clusters of an instance. Changed by one thread, read by all. */
public final class Clusters implements AutoCloseable {

    private final Connector connector;
    private final Worker[] workers;
    private @Nullable Names names;
    private volatile Map<String, Cluster> byName = Map.of();

    public Clusters(Connector connector, Worker[] workers) {
        this.connector = connector;
        this.workers = workers.clone();
    }

    public @Nullable Cluster get(String name) {
        return byName.get(name);
    }

    public Collection<Cluster> all() {
        return byName.values();
    }

    private Cluster created(ClusterPlan plan, EndpointSet set) {
        Cluster cluster = new Cluster(plan, connector, workers, set);
        if (cluster.named()) {
            Names resolver = names;
            if (resolver == null) {
                resolver = new Names();
                names = resolver;
            }
            resolver.follow(cluster);
        }
        return cluster;
    }

    @Override
    public void close() {
        apply(Map.of(), Map.of());
        if (names != null) {
            names.close();
        }
    }

    /** Takes new plans; clusters that have not changed keep their pools. */
    public void apply(Map<String, ClusterPlan> plans, Map<String, EndpointSet> endpoints) {
        Map<String, Cluster> before = byName;
        Map<String, Cluster> after = new LinkedHashMap<>();
        for (ClusterPlan plan : plans.values()) {
            EndpointSet set = plan.discovery() == Discovery.EDS
                    ? endpoints.getOrDefault(plan.found().edsService(), EndpointSet.EMPTY)
                    : plan.endpoints();
            Cluster old = before.get(plan.name());
            if (old != null && old.plan().content().equals(plan.content())) {
                if (!old.named()) {
                    old.endpoints(set);
                }
                after.put(plan.name(), old);
            } else {
                after.put(plan.name(), created(plan, set));
            }
        }
        byName = after;
        for (Cluster old : before.values()) {
            if (after.get(old.plan().name()) != old) {
                old.drain();
            }
        }
    }
}
