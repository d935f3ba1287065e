package io.hyaline.pilot.generate;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.BindConfig;
import io.envoyproxy.envoy.config.core.v3.ExtraSourceAddress;
import io.envoyproxy.envoy.config.core.v3.Pipe;
import io.envoyproxy.envoy.config.core.v3.SocketOption;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.hyaline.model.InterceptionMode;
import io.hyaline.model.MeshConfig;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.ProxyNode;
import io.hyaline.model.ProxyNode.Families;
import io.hyaline.model.SidecarScope;
import io.hyaline.pilot.wire.Names;
import io.hyaline.pilot.wire.Protos;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Clusters towards the application beside the proxy. */
final class InboundClusters {
    private static final int SOL_SOCKET = 1;
    private static final int SO_MARK = 36;

    private InboundClusters() {}

    static List<Cluster> of(MeshSnapshot snapshot, ProxyNode node, @Nullable SidecarScope scope) {
        MeshConfig mesh = snapshot.mesh();
        List<Cluster> all = new ArrayList<>();
        for (InboundPort port : InboundPort.of(snapshot, node, scope)) {
            all.add(of(port, mesh, node));
        }
        all.add(Clusters.followsDownstream(Clusters.originalDestination(Names.INBOUND_PASSTHROUGH_CLUSTER, mesh))
                .setUpstreamBindConfig(fromLoopback(node))
                .build());
        return all;
    }

    private static Cluster of(InboundPort port, MeshConfig mesh, ProxyNode node) {
        String name = Names.inboundCluster(port.targetPort());
        Cluster.Builder cluster = port.defaultEndpoint().isEmpty() && !mesh.inboundToLocalhost()
                ? Clusters.originalDestination(name, mesh).setUpstreamBindConfig(fromLoopback(node))
                : fixed(name, mesh, applicationAddress(port, node));
        if (!port.host().isEmpty()) {
            String[] labels = port.host().split("\\.", 3);
            cluster.setMetadata(Clusters.serving(port.host(), labels[0], labels.length > 1 ? labels[1] : ""));
        }
        return Clusters.protocol(cluster, port.protocol()).build();
    }

    /** The application then sees 127.0.0.6, unless the listener's original_src says otherwise for the connection. */
    private static BindConfig fromLoopback(ProxyNode node) {
        BindConfig.Builder bind = BindConfig.newBuilder()
                .setSourceAddress(Protos.socketAddress(node.families() == Families.IPV6 ? "::6" : "127.0.0.6", 0));
        if (node.families().both()) {
            bind.addExtraSourceAddresses(ExtraSourceAddress.newBuilder().setAddress(Protos.socketAddress("::6", 0)));
        }
        if (node.interception() == InterceptionMode.TPROXY) {
            // Envoy sets a cluster's options after those of original_src, and without any here the bootstrap's, which
            // mark what leaves the pod.
            bind.addSocketOptions(SocketOption.newBuilder()
                    .setDescription("on behalf of the client")
                    .setLevel(SOL_SOCKET)
                    .setName(SO_MARK)
                    .setIntValue(InboundListener.TPROXY_MARK)
                    .setState(SocketOption.SocketState.STATE_PREBIND));
        }
        return bind.build();
    }

    private static Cluster.Builder fixed(String name, MeshConfig mesh, Address address) {
        LbEndpoint.Builder endpoint = LbEndpoint.newBuilder();
        endpoint.getEndpointBuilder().setAddress(address);
        return Clusters.named(name, mesh)
                .setType(Cluster.DiscoveryType.STATIC)
                .setLoadAssignment(ClusterLoadAssignment.newBuilder()
                        .setClusterName(name)
                        .addEndpoints(LocalityLbEndpoints.newBuilder().addLbEndpoints(endpoint)));
    }

    /** {@code 0.0.0.0:port} stands for the pod's own address. */
    private static Address applicationAddress(InboundPort port, ProxyNode node) {
        String endpoint = port.defaultEndpoint();
        String localhost = node.families() == Families.IPV6 ? "::1" : "127.0.0.1";
        if (endpoint.isEmpty()) {
            return Protos.address(localhost, port.targetPort());
        }
        if (endpoint.startsWith("unix://")) {
            return Address.newBuilder()
                    .setPipe(Pipe.newBuilder().setPath(endpoint.substring("unix://".length())))
                    .build();
        }
        int colon = endpoint.lastIndexOf(':');
        String host = endpoint.substring(0, colon);
        boolean own = host.equals("0.0.0.0") || host.equals("[::]");
        String podAddress =
                node.addresses().isEmpty() ? localhost : node.addresses().getFirst();
        return Protos.address(own ? podAddress : host, Integer.parseInt(endpoint.substring(colon + 1)));
    }
}
