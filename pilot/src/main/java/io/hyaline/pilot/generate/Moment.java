package io.hyaline.pilot.generate;

import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.ObjectKey;
import io.hyaline.model.ProxyNode.Families;
import io.hyaline.model.VirtualService;
import io.hyaline.pilot.route.Delegates;
import io.hyaline.xds.server.Served;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * A snapshot and what is told of it to many proxies alike, which is made once for all of them. It goes with its snapshot;
 * used by all threads that push.
 */
public final class Moment {
    /** What does not fit is made for each proxy, as if there were nothing kept. */
    private static final int MOST_KEPT = 50_000;

    private final MeshSnapshot mesh;
    private final List<VirtualService> virtualServices;
    private final Map<Assigned, ClusterLoadAssignment> assignments = new ConcurrentHashMap<>();
    private final Map<ClusterLoadAssignment, Served> served = new ConcurrentHashMap<>();

    public Moment(MeshSnapshot mesh) {
        this.mesh = mesh;
        this.virtualServices = Delegates.inPlace(mesh.traffic().virtualServices());
    }

    public MeshSnapshot mesh() {
        return mesh;
    }

    /** Delegates are in their place. */
    List<VirtualService> virtualServices() {
        return virtualServices;
    }

    /**
     * All that a load assignment depends on, apart from the snapshot.
     *
     * @param labels that endpoints have to have: proxies may have different DestinationRules for a Service
     */
    record Assigned(String cluster, ObjectKey service, String port, Map<String, String> labels, Families families) {}

    ClusterLoadAssignment assignment(Assigned key, Supplier<ClusterLoadAssignment> making) {
        return kept(assignments, key, making);
    }

    /** As it is sent. */
    public Served served(ClusterLoadAssignment assignment) {
        return kept(served, assignment, () -> Served.of(assignment));
    }

    private static <K, V> V kept(Map<K, V> all, K key, Supplier<V> making) {
        V known = all.get(key);
        if (known != null) {
            return known;
        }
        V made = making.get();
        if (all.size() < MOST_KEPT) {
            all.put(key, made);
        }
        return made;
    }
}
