package io.hyaline.pilot.generate;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.hyaline.model.Endpoint;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.ObjectKey;
import io.hyaline.model.ProxyNode;
import io.hyaline.model.ProxyNode.Families;
import io.hyaline.model.Workload;
import io.hyaline.pilot.wire.Protos;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
        List<Endpoint> endpoints = upstream.endpoints(mesh);
        for (Endpoint endpoint :
                upstream.service().resolvedByName() ? endpoints : reachable(mesh, node.families(), endpoints)) {
            locality.addLbEndpoints(lbEndpoint(mesh, endpoint));
            weights += endpoint.weight();
        }
        if (locality.getLbEndpointsCount() > 0) {
            locality.setLoadBalancingWeight(Protos.uint32(weights));
            assignment.addEndpoints(locality);
        }
        return assignment.build();
    }

    private record Target(ObjectKey pod, int port) {}

    /** Each pod once: at the address of the proxy's first family, if it has one. Those of the first family come first. */
    private static List<Endpoint> reachable(MeshSnapshot mesh, Families families, List<Endpoint> all) {
        List<Endpoint> reached =
                all.stream().filter(e -> families.has(e.address())).toList();
        if (!families.both()) {
            return reached;
        }
        List<Endpoint> sorted = new ArrayList<>();
        reached.stream().filter(e -> isFirst(families, e)).forEach(sorted::add);
        reached.stream().filter(e -> !isFirst(families, e)).forEach(sorted::add);
        Map<Target, Families> taken = new HashMap<>();
        sorted.removeIf(e -> {
            Workload workload = mesh.workloadOf(e);
            Families family = Families.isIpv6(e.address()) ? Families.IPV6 : Families.IPV4;
            return workload != null
                    && !family.equals(taken.computeIfAbsent(new Target(workload.key(), e.port()), _ -> family));
        });
        return sorted;
    }

    private static boolean isFirst(Families families, Endpoint endpoint) {
        return Families.isIpv6(endpoint.address()) == families.ipv6First();
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
