package io.hyaline.model;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The whole mesh at one moment. Everything that a proxy is told is computed from exactly one of these.
 *
 * @param version counts up by one with each snapshot of a pilot's life
 * @param services sorted by key
 * @param workloadsByAddress the pods that run, by each of their addresses
 * @param generations of all objects of Istio's kinds, those that could not be read included
 */
public record MeshSnapshot(
        long version,
        MeshConfig mesh,
        Map<ObjectKey, Service> services,
        Map<ObjectKey, List<Endpoint>> endpoints,
        Map<ObjectKey, Workload> workloads,
        Map<String, Workload> workloadsByAddress,
        List<PeerAuthentication> peerAuthentications,
        List<EnvoyFilter> envoyFilters,
        List<SidecarScope> sidecars,
        TrafficConfig traffic,
        List<Problem> problems,
        Map<Reference, Long> generations) {

    public static final MeshSnapshot EMPTY = new MeshSnapshot(
            0,
            MeshConfig.DEFAULT,
            Map.of(),
            Map.of(),
            Map.of(),
            Map.of(),
            List.of(),
            List.of(),
            List.of(),
            TrafficConfig.NONE,
            List.of(),
            Map.of());

    public List<Endpoint> endpointsOf(ObjectKey service, String portName) {
        return endpoints.getOrDefault(service, List.of()).stream()
                .filter(e -> e.portName().equals(portName))
                .toList();
    }

    /** The pod behind an endpoint: the one it names, else the one that has its address. */
    public @Nullable Workload workloadOf(Endpoint endpoint) {
        Workload named = endpoint.pod() == null ? null : workloads.get(endpoint.pod());
        return named != null ? named : workloadsByAddress.get(endpoint.address());
    }

    /** A pod's labels are what its endpoints are known by; others have their own. */
    public Map<String, String> labelsOf(Endpoint endpoint) {
        Workload workload = workloadOf(endpoint);
        return workload == null ? endpoint.labels() : workload.labels();
    }

    /** Injected, and not told to take plaintext only. */
    public boolean speaksMeshTls(Endpoint endpoint) {
        Workload workload = workloadOf(endpoint);
        return mesh.autoMtls()
                && workload != null
                && workload.speaksMeshTls()
                && mtls(workload.key().namespace(), workload.labels()).of(endpoint.port()) != MtlsMode.DISABLE;
    }

    public PeerAuthentication.Effective mtls(String namespace, Map<String, String> labels) {
        return PeerAuthentication.effective(peerAuthentications, mesh.rootNamespace(), namespace, labels);
    }

    public MeshSnapshot withEnvoyFilters(List<EnvoyFilter> others) {
        return new MeshSnapshot(
                version,
                mesh,
                services,
                endpoints,
                workloads,
                workloadsByAddress,
                peerAuthentications,
                others,
                sidecars,
                traffic,
                problems,
                generations);
    }

    public MeshSnapshot withTraffic(TrafficConfig other) {
        return new MeshSnapshot(
                version,
                mesh,
                services,
                endpoints,
                workloads,
                workloadsByAddress,
                peerAuthentications,
                envoyFilters,
                sidecars,
                other,
                problems,
                generations);
    }
}
