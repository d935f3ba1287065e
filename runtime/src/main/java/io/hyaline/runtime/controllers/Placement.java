package io.hyaline.runtime.controllers;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where a pod goes: to a node that fits, preferring the one with the fewest pods of the same owner, then the fewest pods.
 *
 * @param placed pods that have a node, including those that were given one a moment ago
 */
record Placement(List<Node> nodes, List<Pod> placed) {

    /** Either a node or, by reason, how many nodes do not fit. */
    record Result(@Nullable String node, Map<String, Integer> refusals) {

        String message(int nodes) {
            List<String> parts = new ArrayList<>();
            refusals.forEach((reason, count) -> parts.add(count + " node(s) " + reason));
            String why = parts.isEmpty() ? "no nodes are registered" : String.join(", ", parts);
            return "0/" + nodes + " nodes are available: " + why + ".";
        }
    }

    Result place(Pod pod) {
        Map<String, Integer> refusals = new TreeMap<>();
        List<Node> fitting = new ArrayList<>();
        for (Node node : nodes) {
            String reason = refusal(pod, node);
            if (reason == null) {
                fitting.add(node);
            } else {
                refusals.merge(reason, 1, Integer::sum);
            }
        }
        String best = fitting.stream()
                .min(Comparator.comparingLong((Node n) -> siblings(pod, n))
                        .thenComparingLong(this::count)
                        .thenComparing(Placement::name))
                .map(Placement::name)
                .orElse(null);
        return new Result(best, refusals);
    }

    private static String name(Node node) {
        return node.getMetadata().getName();
    }

    private List<Pod> on(Node node) {
        return placed.stream()
                .filter(p -> name(node).equals(p.getSpec().getNodeName()) && !Pods.over(p))
                .toList();
    }

    private long count(Node node) {
        return on(node).size();
    }

    private long siblings(Pod pod, Node node) {
        var owner = Owners.controller(pod);
        if (owner == null) {
            return 0;
        }
        return on(node).stream()
                .filter(p -> {
                    var other = Owners.controller(p);
                    return other != null && other.getUid().equals(owner.getUid());
                })
                .count();
    }

    private @Nullable String refusal(Pod pod, Node node) {
        if (!ready(node)) {
            return "were not ready";
        }
        if (Objects.equals(node.getSpec().getUnschedulable(), true)) {
            return "were unschedulable";
        }
        Map<String, String> labels = new HashMap<>(Owners.labels(node));
        Map<String, String> selector = pod.getSpec().getNodeSelector() == null
                ? Map.of()
                : pod.getSpec().getNodeSelector();
        boolean selected =
                selector.entrySet().stream().allMatch(e -> e.getValue().equals(labels.get(e.getKey())));
        if (!selected || !nodeAffinity(pod.getSpec().getAffinity(), labels)) {
            return "didn't match Pod's node affinity/selector";
        }
        List<Taint> taints =
                node.getSpec().getTaints() == null ? List.of() : node.getSpec().getTaints();
        for (Taint taint : taints) {
            if (!"PreferNoSchedule".equals(taint.getEffect()) && !tolerated(pod, taint)) {
                return "had untolerated taint {" + taint.getKey() + ": "
                        + Objects.requireNonNullElse(taint.getValue(), "") + "}";
            }
        }
        return antiAffine(pod, node) ? "didn't match pod anti-affinity rules" : null;
    }

    static boolean ready(Node node) {
        return node.getStatus() != null
                && node.getStatus().getConditions() != null
                && node.getStatus().getConditions().stream()
                        .anyMatch(c -> "Ready".equals(c.getType()) && "True".equals(c.getStatus()));
    }

    private static boolean nodeAffinity(@Nullable Affinity affinity, Map<String, String> labels) {
        if (affinity == null
                || affinity.getNodeAffinity() == null
                || affinity.getNodeAffinity().getRequiredDuringSchedulingIgnoredDuringExecution() == null) {
            return true;
        }
        List<NodeSelectorTerm> terms = affinity.getNodeAffinity()
                .getRequiredDuringSchedulingIgnoredDuringExecution()
                .getNodeSelectorTerms();
        return terms.stream()
                .anyMatch(term -> term.getMatchExpressions() != null
                        && term.getMatchExpressions().stream()
                                .allMatch(r -> Owners.meets(r.getOperator(), r.getValues(), labels.get(r.getKey()))));
    }

    private static boolean tolerated(Pod pod, Taint taint) {
        List<Toleration> tolerations = pod.getSpec().getTolerations() == null
                ? List.of()
                : pod.getSpec().getTolerations();
        return tolerations.stream().anyMatch(t -> {
            boolean effect = t.getEffect() == null
                    || t.getEffect().isEmpty()
                    || t.getEffect().equals(taint.getEffect());
            boolean anyKey = (t.getKey() == null || t.getKey().isEmpty()) && "Exists".equals(t.getOperator());
            boolean key = anyKey || taint.getKey().equals(t.getKey());
            boolean value = "Exists".equals(t.getOperator())
                    || Objects.requireNonNullElse(t.getValue(), "")
                            .equals(Objects.requireNonNullElse(taint.getValue(), ""));
            return effect && key && value;
        });
    }

    /** Required anti-affinity by host name; other topologies are one and the same on a single machine. */
    private boolean antiAffine(Pod pod, Node node) {
        Affinity affinity = pod.getSpec().getAffinity();
        if (affinity == null
                || affinity.getPodAntiAffinity() == null
                || affinity.getPodAntiAffinity().getRequiredDuringSchedulingIgnoredDuringExecution() == null) {
            return false;
        }
        for (PodAffinityTerm term : affinity.getPodAntiAffinity().getRequiredDuringSchedulingIgnoredDuringExecution()) {
            LabelSelector selector = term.getLabelSelector();
            boolean met = on(node).stream()
                    .filter(p -> p.getMetadata()
                            .getNamespace()
                            .equals(pod.getMetadata().getNamespace()))
                    .anyMatch(p -> selector != null && Owners.matches(selector, Owners.labels(p)));
            if (met) {
                return true;
            }
        }
        return false;
    }
}
