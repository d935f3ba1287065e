package io.hyaline.runtime.balance;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What a Service's status says of where its connections go. */
final class BalancedCondition {

    static final String TYPE = "hyaline.io/Balanced";

    private BalancedCondition() {}

    /** @param states by address; where they say the same, it is said once */
    static Condition of(Map<String, Following> states) {
        boolean local = states.values().stream().allMatch(Following::local);
        boolean served = states.values().stream().noneMatch(s -> s.nodes().isEmpty());
        List<String> said = states.values().stream()
                .map(BalancedCondition::message)
                .distinct()
                .toList();
        return new ConditionBuilder()
                .withType(TYPE)
                .withStatus(served ? "True" : "False")
                .withReason(local ? "Local" : "Cluster")
                .withMessage(
                        said.size() == 1
                                ? said.getFirst()
                                : states.entrySet().stream()
                                        .map(e -> "to " + e.getKey() + ": " + message(e.getValue()))
                                        .collect(Collectors.joining("; ")))
                .build();
    }

    private static String message(Following state) {
        String nodes = state.nodes().stream().map(BalancedNode::name).collect(Collectors.joining(", "));
        String none = state.local()
                ? "no node has a ready endpoint, and externalTrafficPolicy is Local: connections are refused"
                : "no node answers its health check: connections are refused";
        return nodes.isEmpty() ? none : "new connections go to " + nodes;
    }
}
