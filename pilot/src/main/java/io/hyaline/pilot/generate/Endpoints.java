package io.hyaline.pilot.generate;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.hyaline.model.Endpoint;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.ProxyNode;
import io.hyaline.model.Workload;
import io.hyaline.pilot.wire.Protos;
import java.util.List;

/** Load assignments: the addresses behind each outbound cluster, and which of them end the mesh's TLS. */
final class Endpoints {
    private Endpoints() {}

    static List<ClusterLoadAssignment> of(Moment moment, ProxyNode node, List<Upstream> upstreams) {
        return upstreams.stream()
                .filter(Upstream::hasAssignment)
                .map(upstream -> assignment(moment, node, upstream))
                .toList();
    }

    /** The same addresses under the name of the cluster that passes TLS through. */
    static ClusterLoadAssignment passedThrough(Moment moment, ProxyNode node, Upstream upstream) {
        return assignment(moment, node, upstream).toBuilder()
                .setClusterName(upstream.serverName())
                .build();
    }

    static ClusterLoadAssignment assignment(Moment moment, ProxyNode node, Upstream upstream) {
        Moment.Assigned key = new Moment.Assigned(
                upstream.cluster(),
                upstream.service().key(),
                upstream.port().port().name(),
                upstream.labels(),
                node.families());
        return moment.assignment(key, () -> assignment(moment.mesh(), node, upstream));
    }

    private static ClusterLoadAssignment assignment(MeshSnapshot mesh, ProxyNode node, Upstream upstream) {
        ClusterLoadAssignment.Builder assignment =
                ClusterLoadAssignment.newBuilder().setClusterName(upstream.cluster());
        LocalityLbEndpoints.Builder locality = LocalityLbEndpoints.newBuilder();
        int weights = 0;
        for (Endpoint endpoint : upstream.endpoints(mesh)) {
            boolean name = upstream.service().resolvedByName();
            if (name || !node.ipv6Only() || endpoint.address().contains(":")) {
                locality.addLbEndpoints(lbEndpoint(mesh, endpoint));
                weights += endpoint.weight();
            }
        }
        if (locality.getLbEndpointsCount() > 0) {
            locality.setLoadBalancingWeight(Protos.uint32(weights));
            assignment.addEndpoints(locality);
        }
        return assignment.build();
    }

    private static LbEndpoint lbEndpoint(MeshSnapshot mesh, Endpoint endpoint) {
        Workload workload = mesh.workloadOf(endpoint);
        LbEndpoint.Builder lb = LbEndpoint.newBuilder().setLoadBalancingWeight(Protos.uint32(endpoint.weight()));
        lb.getEndpointBuilder().setAddress(Protos.address(endpoint.address(), endpoint.port()));
        Metadata.Builder metadata = Metadata.newBuilder();
        if (mesh.speaksMeshTls(endpoint)) {
            metadata.putFilterMetadata("envoy.transport_socket_match", single("tlsMode", "istio"));
        }
        if (workload != null) {
            metadata.putFilterMetadata(
                    "istio",
                    single("workload", workload.name() + ";" + workload.key().namespace() + ";;;Kubernetes"));
        }
        return lb.setMetadata(metadata).build();
    }

    private static Struct single(String key, String value) {
        return Struct.newBuilder()
                .putFields(key, Value.newBuilder().setStringValue(value).build())
                .build();
    }
}
