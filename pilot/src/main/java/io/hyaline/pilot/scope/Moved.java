package io.hyaline.pilot.scope;

import io.hyaline.model.Endpoint;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.ObjectKey;
import io.hyaline.model.Service;
import io.hyaline.model.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A Service that is found at other places, or of whose places something else is told.
 *
 * @param answerers whether others answer there: with other labels, identities, or TLS where there was none
 */
record Moved(Service service, boolean answerers) {
    static List<Moved> between(MeshSnapshot before, MeshSnapshot after) {
        List<Moved> all = new ArrayList<>();
        for (Service service : after.services().values()) {
            List<Place> old = places(before, service.key());
            List<Place> now = places(after, service.key());
            if (!old.equals(now)) {
                all.add(new Moved(service, !answerers(old, service).equals(answerers(now, service))));
            }
        }
        return all;
    }

    /** An endpoint, and all that is told of the pod behind it. */
    private record Place(Endpoint endpoint, @Nullable Workload workload, Answerer answerer) {}

    /** What a cluster says of those who answer: subsets choose by labels. */
    private record Answerer(String portName, Map<String, String> labels, String identity, boolean meshTls) {}

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
                new Answerer(endpoint.portName(), mesh.labelsOf(endpoint), identity, mesh.speaksMeshTls(endpoint)));
    }

    private static Set<Answerer> answerers(List<Place> places, Service service) {
        return places.stream()
                .filter(place -> service.serves(place.endpoint()))
                .map(Place::answerer)
                .collect(Collectors.toSet());
    }
}
