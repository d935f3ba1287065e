package io.hyaline.pilot.generate;

import io.hyaline.model.Endpoint;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.ObjectKey;
import io.hyaline.model.ProxyNode;
import io.hyaline.model.Service;
import io.hyaline.model.Workload;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the way from one snapshot to another means for what proxies have been told. */
public sealed interface Impact {
    /** Anything may be different. */
    record Everything() implements Impact {}

    /**
     * Only where some Services are found, and what gateways serve.
     *
     * @param endpoints Services whose endpoints are to be told anew
     * @param clusters those of them of whose clusters the same is true: who answers there is another, not only where
     * @param pods that are new, different or gone: what is told to them themselves may be different altogether
     * @param gateways whether that is so for all gateways
     */
    record Places(Set<ObjectKey> endpoints, Set<ObjectKey> clusters, Set<ObjectKey> pods, boolean gateways)
            implements Impact {
        public Places {
            endpoints = Set.copyOf(endpoints);
            clusters = Set.copyOf(clusters);
            pods = Set.copyOf(pods);
        }

        public boolean isEverythingTo(ProxyNode node) {
            return pods.contains(node.pod()) || (gateways && node.kind() == ProxyNode.Kind.GATEWAY);
        }
    }

    static Impact between(MeshSnapshot before, MeshSnapshot after) {
        boolean alike = before.mesh().equals(after.mesh())
                && before.services().equals(after.services())
                && before.peerAuthentications().equals(after.peerAuthentications())
                && before.envoyFilters().equals(after.envoyFilters())
                && before.sidecars().equals(after.sidecars())
                && before.traffic().virtualServices().equals(after.traffic().virtualServices())
                && before.traffic().destinationRules().equals(after.traffic().destinationRules());
        if (!alike) {
            return new Everything();
        }
        Set<ObjectKey> pods = pods(before.workloads(), after.workloads());
        Set<ObjectKey> endpoints = new HashSet<>();
        Set<ObjectKey> clusters = new HashSet<>();
        for (Service service : after.services().values()) {
            ObjectKey key = service.key();
            List<Place> old = places(before, key);
            List<Place> now = places(after, key);
            if (!old.equals(now)) {
                if (service.followsDestination() || service.resolvedByName()) {
                    return new Everything(); // listeners and clusters speak of single endpoints
                }
                endpoints.add(key);
                if (!answerers(old, service).equals(answerers(now, service))) {
                    clusters.add(key);
                }
            }
        }
        boolean gateways = !before.traffic().gateways().equals(after.traffic().gateways())
                || !before.traffic().credentials().equals(after.traffic().credentials());
        return new Places(endpoints, clusters, pods, gateways);
    }

    /** An endpoint, and all that is told of the pod behind it. */
    record Place(Endpoint endpoint, @Nullable Workload workload, Answerer answerer) {}

    /** What a cluster says of those who answer: subsets choose by labels. */
    record Answerer(String portName, Map<String, String> labels, String identity, boolean meshTls) {}

    private static List<Place> places(MeshSnapshot mesh, ObjectKey service) {
        return mesh.endpoints().getOrDefault(service, List.of()).stream()
                .map(endpoint -> place(mesh, endpoint))
                .toList();
    }

    private static Place place(MeshSnapshot mesh, Endpoint endpoint) {
        Workload workload = mesh.workloadOf(endpoint);
        String identity = workload == null ? "" : workload.spiffeId(mesh.mesh().trustDomain());
        return new Place(
                endpoint,
                workload,
                new Answerer(
                        endpoint.portName(),
                        mesh.labelsOf(endpoint),
                        identity,
                        Endpoints.speaksMeshTls(mesh, endpoint)));
    }

    private static Set<Answerer> answerers(List<Place> places, Service service) {
        return places.stream()
                .filter(place -> Endpoints.serves(service, place.endpoint()))
                .map(Place::answerer)
                .collect(Collectors.toSet());
    }

    private static Set<ObjectKey> pods(Map<ObjectKey, Workload> before, Map<ObjectKey, Workload> after) {
        Set<ObjectKey> changed = new HashSet<>();
        after.forEach((key, pod) -> {
            if (!pod.equals(before.get(key))) {
                changed.add(key);
            }
        });
        before.keySet().stream().filter(key -> !after.containsKey(key)).forEach(changed::add);
        return changed;
    }
}
