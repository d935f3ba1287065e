package io.hyaline.runtime;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.hyaline.runtime.net.AddressPlan;
import io.hyaline.runtime.net.NodeNet;
import java.util.List;
import java.util.Map;

/** The service that leads to the nodes' resolvers. */
final class ClusterDns {

    private ClusterDns() {}

    static void register(KubernetesClient client, AddressPlan addresses, List<NodeNet> nodes) {
        Service service = new ServiceBuilder()
                .withNewMetadata()
                .withName("kube-dns")
                .withNamespace("kube-system")
                .withLabels(Map.of("k8s-app", "kube-dns"))
                .endMetadata()
                .withNewSpec()
                .withClusterIP(addresses.dnsService())
                .withClusterIPs(addresses.dnsService())
                .addNewPort()
                .withName("dns")
                .withPort(53)
                .withProtocol("UDP")
                .endPort()
                .addNewPort()
                .withName("dns-tcp")
                .withPort(53)
                .withProtocol("TCP")
                .endPort()
                .endSpec()
                .build();
        if (client.resource(service).get() == null) {
            client.resource(service).create();
        }
        EndpointSlice slice = new EndpointSliceBuilder()
                .withNewMetadata()
                .withName("kube-dns-nodes")
                .withNamespace("kube-system")
                .withLabels(Map.of("kubernetes.io/service-name", "kube-dns"))
                .endMetadata()
                .withAddressType("IPv4")
                .addNewPort()
                .withName("dns")
                .withPort(53)
                .withProtocol("UDP")
                .endPort()
                .addNewPort()
                .withName("dns-tcp")
                .withPort(53)
                .withProtocol("TCP")
                .endPort()
                .withEndpoints(nodes.stream()
                        .map(node -> new EndpointBuilder()
                                .withAddresses(node.address())
                                .withNodeName(node.name())
                                .withNewConditions()
                                .withReady(true)
                                .endConditions()
                                .build())
                        .toList())
                .build();
        client.resource(slice).createOr(r -> r.unlock().update());
    }
}
