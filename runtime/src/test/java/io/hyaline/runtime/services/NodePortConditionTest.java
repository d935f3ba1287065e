package io.hyaline.runtime.services;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.hyaline.runtime.services.ServicePortView.Addresses;
import io.hyaline.runtime.services.ServicePortView.Endpoint;
import io.hyaline.runtime.services.ServicePortView.Policy;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodePortConditionTest {

    private static final List<String> NODES = List.of("node-1", "node-2");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "NodePort     | Cluster | ''            | none",
                "LoadBalancer | Local   | ''            | none",
                "NodePort     | Local   | ''            | False: no node has a ready endpoint",
                "NodePort     | Local   | node-2        | True: node ports are answered at node-2; the other nodes",
                "NodePort     | Local   | node-1,node-2 | True: node ports are answered at node-1, node-2",
            })
    void saysWhereSomebodyAnswers(String type, String policy, String places, String expected) {
        Service service = new ServiceBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName("echo")
                .endMetadata()
                .withNewSpec()
                .withType(type)
                .withExternalTrafficPolicy(policy)
                .endSpec()
                .build();
        List<Endpoint> endpoints = Arrays.stream(places.split(","))
                .map(node -> new Endpoint("172.20.1.5", 8080, node, false))
                .toList();
        ServicePortView port = new ServicePortView(
                "default/echo",
                "",
                "tcp",
                80,
                30080,
                Addresses.clusterOnly("10.96.0.5"),
                new Policy(policy.equals("Local"), false),
                0,
                endpoints);

        String said = NodePortCondition.of(service, List.of(port), NODES)
                .map(c -> c.getStatus() + ": " + c.getMessage())
                .orElse("none");

        assertThat(said).startsWith(expected);
    }
}
