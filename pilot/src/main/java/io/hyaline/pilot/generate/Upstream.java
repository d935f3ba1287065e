package io.hyaline.pilot.generate;

import io.hyaline.model.Endpoint;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.Protocol;
import io.hyaline.model.Service;
import io.hyaline.model.policy.Subset;
import io.hyaline.model.policy.TrafficPolicy;
import io.hyaline.pilot.policy.Rules;
import io.hyaline.pilot.wire.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one outbound cluster stands for: a port of a Service, or the part of it that a subset names.
 *
 * @param subset empty for the whole
 * @param labels that the endpoints have to have
 */
record Upstream(Outbound.Port port, String subset, Map<String, String> labels, TrafficPolicy policy) {
    Upstream {
        labels = Map.copyOf(labels);
    }

    static List<Upstream> of(List<Outbound.Port> ports, Rules rules) {
        List<Upstream> all = new ArrayList<>();
        for (Outbound.Port port : ports) {
            Service service = port.service();
            int number = port.port().port();
            all.add(new Upstream(port, "", Map.of(), rules.policy(service, number, "")));
            for (Subset subset : rules.subsets(service)) {
                all.add(new Upstream(
                        port, subset.name(), subset.labels(), rules.policy(service, number, subset.name())));
            }
        }
        return all;
    }

    /** Those whose clusters something asks for. */
    static List<Upstream> among(List<Upstream> all, Set<String> clusters) {
        return all.stream().filter(u -> clusters.contains(u.cluster())).toList();
    }

    Service service() {
        return port.service();
    }

    Protocol protocol() {
        return port.port().protocol();
    }

    String cluster() {
        return Names.outboundCluster(port.port().port(), subset, service().host());
    }

    /** By which mesh TLS names it. */
    String serverName() {
        return Names.sni(port.port().port(), subset, service().host());
    }

    /** The connection itself says where it goes. */
    boolean followsDestination() {
        boolean asked = policy.loadBalancing() instanceof TrafficPolicy.LoadBalancing.Simple simple
                && simple.algorithm() == TrafficPolicy.Algorithm.PASSTHROUGH;
        return service().followsDestination() || asked;
    }

    /** Its endpoints are told by EDS. */
    boolean hasAssignment() {
        return service().hasEndpoints() && !followsDestination();
    }

    /** The endpoints that may get traffic. */
    List<Endpoint> endpoints(MeshSnapshot mesh) {
        return mesh.endpointsOf(service().key(), port.port().name()).stream()
                .filter(endpoint -> service().serves(endpoint))
                .filter(endpoint -> mesh.labelsOf(endpoint).entrySet().containsAll(labels.entrySet()))
                .toList();
    }
}
