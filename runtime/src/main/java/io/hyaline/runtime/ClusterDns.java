package io.hyaline.runtime;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.hyaline.runtime.cluster.ServiceFamilies;
import io.hyaline.runtime.net.AddressPlan;
import io.hyaline.runtime.net.FamilyPlan;
import io.hyaline.runtime.net.NodeNet;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The service that leads to the nodes' resolvers. */
final class ClusterDns {

    private ClusterDns() {}

    static void register(KubernetesClient client, AddressPlan addresses, List<NodeNet> nodes) {
        Service wanted = service(addresses);
        Service found = client.resource(wanted).get();
        if (found != null
                && !ServiceFamilies.addresses(found).equals(wanted.getSpec().getClusterIPs())) {
            // The cluster had other ranges in an earlier life, and an address cannot be changed.
            client.resource(found).delete();
            found = null;
        }
        if (found == null) {
            client.resource(wanted).create();
        }
        for (FamilyPlan family : addresses.families()) {
            boolean primary = family.equals(addresses.primary());
            client.resource(slice(family, primary, nodes))
                    .createOr(r -> r.unlock().update());
        }
    }

    private static Service service(AddressPlan addresses) {
        List<String> own = addresses.each(FamilyPlan::dnsService);
        return new ServiceBuilder()
                .withNewMetadata()
                .withName("kube-dns")
                .withNamespace("kube-system")
                .withLabels(Map.of("k8s-app", "kube-dns"))
                .endMetadata()
                .withNewSpec()
                .withClusterIP(own.getFirst())
                .withClusterIPs(own)
                .withIpFamilyPolicy(own.size() == 1 ? null : "RequireDualStack")
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
    }

    private static EndpointSlice slice(FamilyPlan family, boolean primary, List<NodeNet> nodes) {
        String suffix = primary ? "" : "-" + family.family().api().toLowerCase(Locale.ROOT);
        return new EndpointSliceBuilder()
                .withNewMetadata()
                .withName("kube-dns-nodes" + suffix)
                .withNamespace("kube-system")
                .withLabels(Map.of("kubernetes.io/service-name", "kube-dns"))
                .endMetadata()
                .withAddressType(family.family().api())
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
                .withEndpoints(
                        nodes.stream().map(node -> endpoint(family, node)).toList())
                .build();
    }

    private static Endpoint endpoint(FamilyPlan family, NodeNet node) {
        return new EndpointBuilder()
                .withAddresses(family.node(node.number()))
                .withNodeName(node.name())
                .withNewConditions()
                .withReady(true)
                .endConditions()
                .build();
    }
}
