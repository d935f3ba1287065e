package io.hyaline.model;

import java.util.List;
import java.util.Map;

/**
 * A pod.
 *
 * @param name the controller's name (Deployment, StatefulSet, ...), or the pod's own
 * @param topology what the pod's annotation says of a gateway's surroundings
 */
public record Workload(
        ObjectKey key,
        String name,
        List<String> addresses,
        Map<String, String> labels,
        String serviceAccount,
        String node,
        List<ContainerPort> ports,
        GatewayTopology topology) {
    private static final String TLS_MODE_LABEL = "security.istio.io/tlsMode";

    public Workload {
        addresses = List.copyOf(addresses);
        labels = Map.copyOf(labels);
        ports = List.copyOf(ports);
    }

    /** Injection marks a pod whose proxy ends the mesh's mutual TLS. */
    public boolean speaksMeshTls() {
        return "istio".equals(labels.get(TLS_MODE_LABEL));
    }

    public String spiffeId(String trustDomain) {
        return "spiffe://" + trustDomain + "/ns/" + key.namespace() + "/sa/" + serviceAccount;
    }
}
