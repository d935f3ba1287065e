package io.hyaline.runtime.controllers;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSetStatus;
import io.fabric8.kubernetes.api.model.apps.DaemonSetStatusBuilder;
import io.hyaline.runtime.cluster.OnChange;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Keeps one pod of each daemon set on every node that fits; a changed template replaces pods one after another. */
final class DaemonSets {

    private static final String GENERATION = "pod-template-generation";

    private final ControllerContext context;
    private final ControlLoop loop;
    private final Map<Key, Expected> expected = new HashMap<>();

    DaemonSets(ControllerContext context) {
        this.context = context;
        this.loop = context.loop("daemonsets", this::reconcile);
    }

    void start() {
        context.informers()
                .daemonSets
                .addEventHandler(new OnChange<>((before, after) ->
                        loop.enqueue(Key.of(Objects.requireNonNull(after == null ? before : after)))));
        context.informers()
                .nodes
                .addEventHandler(new OnChange<>((before, after) ->
                        context.informers().daemonSets.getStore().list().forEach(d -> loop.enqueue(Key.of(d)))));
        context.informers().pods.addEventHandler(new OnChange<>((before, after) -> {
            Pod pod = Objects.requireNonNull(after == null ? before : after);
            OwnerReference owner = Owners.controller(pod);
            if (owner != null && owner.getKind().equals("DaemonSet")) {
                loop.enqueue(new Key(pod.getMetadata().getNamespace(), owner.getName()));
            }
        }));
    }

    private @Nullable Duration reconcile(Key key) {
        DaemonSet set = context.informers().daemonSets.getStore().getByKey(key.inStore());
        if (set == null || set.getMetadata().getDeletionTimestamp() != null) {
            expected.remove(key);
            return null;
        }
        List<Pod> owned = context.informers().pods.getStore().list().stream()
                .filter(p -> key.namespace().equals(p.getMetadata().getNamespace()) && Owners.owns(set, p))
                .toList();
        Instant now = context.clock().instant();
        Expected writes = expected.computeIfAbsent(key, k -> new Expected());
        Set<String> leaving = names(owned.stream().filter(Pods::terminating).toList());
        List<Node> nodes = context.informers().nodes.getStore().list().stream()
                .filter(n -> fits(set, n))
                .toList();
        if (!writes.pending(names(owned), leaving, now)) {
            place(set, owned, nodes, writes, now);
        }
        publish(set, owned, nodes, now);
        return null;
    }

    private static Set<String> names(List<Pod> pods) {
        return pods.stream().map(p -> p.getMetadata().getName()).collect(Collectors.toSet());
    }

    private boolean fits(DaemonSet set, Node node) {
        Pod pod = PodTemplates.pod(set, set.getSpec().getTemplate());
        return new Placement(List.of(node), List.of()).place(pod).node() != null;
    }

    private void place(DaemonSet set, List<Pod> owned, List<Node> nodes, Expected writes, Instant now) {
        Set<String> wanted = nodes.stream().map(n -> n.getMetadata().getName()).collect(Collectors.toSet());
        for (Pod pod : owned) {
            if (!wanted.contains(pod.getSpec().getNodeName()) && !Pods.terminating(pod)) {
                delete(pod, writes, now);
            }
        }
        for (String node : wanted) {
            if (owned.stream().noneMatch(p -> node.equals(p.getSpec().getNodeName()) && !Pods.over(p))) {
                Pod pod = new PodBuilder(PodTemplates.pod(set, set.getSpec().getTemplate()))
                        .editMetadata()
                        .addToLabels(GENERATION, generation(set))
                        .endMetadata()
                        .editSpec()
                        .withNodeName(node)
                        .endSpec()
                        .build();
                context.client().resource(pod).create();
                writes.created(pod.getMetadata().getName(), now);
            }
        }
        boolean allReady = owned.size() == wanted.size() && owned.stream().allMatch(Pods::ready);
        boolean onDelete = set.getSpec().getUpdateStrategy() != null
                && "OnDelete".equals(set.getSpec().getUpdateStrategy().getType());
        if (allReady && !onDelete) {
            owned.stream()
                    .filter(p -> !generation(set).equals(Owners.labels(p).get(GENERATION)) && Pods.active(p))
                    .findFirst()
                    .ifPresent(p -> delete(p, writes, now));
        }
    }

    private void delete(Pod pod, Expected writes, Instant now) {
        context.client().resource(pod).delete();
        writes.deleted(pod.getMetadata().getName(), now);
    }

    private static String generation(DaemonSet set) {
        return NameSuffix.of(set.getSpec().getTemplate(), 0);
    }

    private void publish(DaemonSet set, List<Pod> owned, List<Node> nodes, Instant now) {
        int ready = (int) owned.stream().filter(Pods::ready).count();
        int updated = (int) owned.stream()
                .filter(p -> generation(set).equals(Owners.labels(p).get(GENERATION)))
                .count();
        int minReady = Objects.requireNonNullElse(set.getSpec().getMinReadySeconds(), 0);
        int available = (int)
                owned.stream().filter(p -> Pods.available(p, minReady, now)).count();
        DaemonSetStatus status = new DaemonSetStatusBuilder()
                .withCurrentNumberScheduled(owned.size())
                .withDesiredNumberScheduled(nodes.size())
                .withNumberMisscheduled(0)
                .withNumberReady(ready)
                .withNumberAvailable(available)
                .withNumberUnavailable(nodes.size() - available)
                .withUpdatedNumberScheduled(updated)
                .withObservedGeneration(set.getMetadata().getGeneration())
                .build();
        if (!status.equals(set.getStatus())) {
            context.client()
                    .resource(new DaemonSetBuilder(set).withStatus(status).build())
                    .updateStatus();
        }
    }
}
