package io.hyaline.runtime.services;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.Service;
import java.util.List;
import java.util.Optional;

/**
 * What the status of a Service of type NodePort says while its externalTrafficPolicy is Local: at which nodes somebody answers.
 * At the others packets are dropped without a word, which nobody could tell from a broken network.
 */
final class NodePortCondition {

    static final String TYPE = "hyaline.io/LocalEndpoints";

    private NodePortCondition() {}

    /** @param ports of all services, in all families */
    static Optional<Condition> of(Service service, List<ServicePortView> ports, List<String> nodes) {
        if (!"NodePort".equals(service.getSpec().getType()) || !ServiceViews.asksForLocal(service)) {
            return Optional.empty();
        }
        String name = ServiceViews.name(service);
        List<ServicePortView> own =
                ports.stream().filter(p -> p.service().equals(name)).toList();
        List<String> answering = nodes.stream()
                .filter(node -> own.stream().anyMatch(p -> !p.on(node).isEmpty()))
                .toList();
        return Optional.of(new ConditionBuilder()
                .withType(TYPE)
                .withStatus(answering.isEmpty() ? "False" : "True")
                .withReason("Local")
                .withMessage(message(answering, nodes.size()))
                .build());
    }

    private static String message(List<String> answering, int nodes) {
        if (answering.isEmpty()) {
            return "no node has a ready endpoint, and externalTrafficPolicy is Local: connections to node ports are dropped";
        }
        String there = "node ports are answered at " + String.join(", ", answering);
        return answering.size() == nodes
                ? there
                : there
                        + "; the other nodes have no ready endpoint, and drop connections, since externalTrafficPolicy is Local";
    }
}
