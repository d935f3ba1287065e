package io.hyaline.runtime.controllers;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetStatus;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.hyaline.runtime.cluster.EventRecorder;
import io.hyaline.runtime.cluster.OnChange;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Keeps as many pods as each replica set asks for. */
final class ReplicaSets {

    private static final EventRecorder.Source SOURCE = new EventRecorder.Source("replicaset-controller", "");

    private final ControllerContext context;
    private final ControlLoop loop;
    private final Map<Key, Expected> expected = new HashMap<>();

    ReplicaSets(ControllerContext context) {
        this.context = context;
        this.loop = context.loop("replicasets", this::reconcile);
    }

    void start() {
        context.informers()
                .replicaSets
                .addEventHandler(new OnChange<>((before, after) ->
                        loop.enqueue(Key.of(Objects.requireNonNull(after == null ? before : after)))));
        context.informers().pods.addEventHandler(new OnChange<>((before, after) -> {
            OwnerReference owner = Owners.controller(Objects.requireNonNull(after == null ? before : after));
            if (owner != null && owner.getKind().equals("ReplicaSet")) {
                HasMetadata pod = Objects.requireNonNull(after == null ? before : after);
                loop.enqueue(new Key(pod.getMetadata().getNamespace(), owner.getName()));
            }
        }));
    }

    private @Nullable Duration reconcile(Key key) {
        ReplicaSet set = context.informers().replicaSets.getStore().getByKey(key.inStore());
        if (set == null) {
            expected.remove(key);
            return null;
        }
        List<Pod> owned = context.informers().pods.getStore().list().stream()
                .filter(p -> key.namespace().equals(p.getMetadata().getNamespace()) && Owners.owns(set, p))
                .toList();
        Instant now = context.clock().instant();
        Expected writes = expected.computeIfAbsent(key, k -> new Expected());
        boolean pending = writes.pending(
                names(owned), names(owned.stream().filter(Pods::terminating).toList()), now);
        List<Pod> active = owned.stream().filter(Pods::active).toList();
        if (!pending && set.getMetadata().getDeletionTimestamp() == null) {
            scale(set, active, writes, now);
        }
        publish(set, active, now);
        boolean ripening = active.stream().anyMatch(Pods::ready)
                && Objects.requireNonNullElse(set.getSpec().getMinReadySeconds(), 0) > 0;
        return ripening || pending ? Duration.ofSeconds(1) : null;
    }

    private static Set<String> names(List<Pod> pods) {
        return pods.stream().map(p -> p.getMetadata().getName()).collect(Collectors.toSet());
    }

    private void scale(ReplicaSet set, List<Pod> active, Expected writes, Instant now) {
        int wanted = Objects.requireNonNullElse(set.getSpec().getReplicas(), 1);
        for (int i = active.size(); i < wanted; i++) {
            create(set, writes, now);
        }
        for (Pod pod : surplus(active, wanted)) {
            String name = pod.getMetadata().getName();
            context.client().resource(pod).delete();
            writes.deleted(name, now);
            context.events().normal(SOURCE, set, "SuccessfulDelete", "Deleted pod: " + name);
        }
    }

    private void create(ReplicaSet set, Expected writes, Instant now) {
        Pod pod = PodTemplates.pod(set, set.getSpec().getTemplate());
        String name = pod.getMetadata().getName();
        try {
            context.client().resource(pod).create();
        } catch (KubernetesClientException e) {
            context.events().warning(SOURCE, set, "FailedCreate", "Error creating: " + e.getMessage());
            throw e;
        }
        writes.created(name, now);
        context.events().normal(SOURCE, set, "SuccessfulCreate", "Created pod: " + name);
    }

    /** The pods that are missed least: without a node, not running, not ready, then the youngest. */
    static List<Pod> surplus(List<Pod> active, int wanted) {
        Comparator<Pod> order = Comparator.comparing((Pod p) -> Pods.assigned(p))
                .thenComparing(p ->
                        p.getStatus() != null && "Running".equals(p.getStatus().getPhase()))
                .thenComparing(p -> Pods.ready(p))
                .thenComparing(
                        p -> Objects.requireNonNullElse(p.getMetadata().getCreationTimestamp(), ""),
                        Comparator.reverseOrder());
        return active.stream()
                .sorted(order)
                .limit(Math.max(0, active.size() - wanted))
                .toList();
    }

    private void publish(ReplicaSet set, List<Pod> active, Instant now) {
        int minReady = Objects.requireNonNullElse(set.getSpec().getMinReadySeconds(), 0);
        ReplicaSetStatus status = new ReplicaSetStatusBuilder()
                .withReplicas(active.size())
                .withFullyLabeledReplicas(active.size())
                .withReadyReplicas((int) active.stream().filter(Pods::ready).count())
                .withAvailableReplicas((int) active.stream()
                        .filter(p -> Pods.available(p, minReady, now))
                        .count())
                .withObservedGeneration(set.getMetadata().getGeneration())
                .build();
        if (!same(status, set.getStatus())) {
            ReplicaSet updated = new ReplicaSetBuilder(set).withStatus(status).build();
            context.client().resource(updated).updateStatus();
        }
    }

    private static boolean same(ReplicaSetStatus a, @Nullable ReplicaSetStatus b) {
        return b != null
                && zero(a.getReplicas()) == zero(b.getReplicas())
                && zero(a.getReadyReplicas()) == zero(b.getReadyReplicas())
                && zero(a.getAvailableReplicas()) == zero(b.getAvailableReplicas())
                && Objects.equals(a.getObservedGeneration(), b.getObservedGeneration());
    }

    private static int zero(@Nullable Integer value) {
        return value == null ? 0 : value;
    }
}
