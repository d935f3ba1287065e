package io.hyaline.runtime.controllers;

import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.hyaline.runtime.cluster.EventRecorder;
import io.hyaline.runtime.cluster.OnChange;
import io.hyaline.runtime.cluster.Times;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Gives pods a node. */
final class Scheduler {

    private static final EventRecorder.Source SOURCE = new EventRecorder.Source("default-scheduler", "");
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final ControllerContext context;
    private final ControlLoop loop;
    /** Pods that have been given a node which the watch does not show yet, by uid. */
    private final Map<String, Pod> assumed = new HashMap<>();

    Scheduler(ControllerContext context) {
        this.context = context;
        this.loop = context.loop("scheduler", this::reconcile);
    }

    void start() {
        context.informers().pods.addEventHandler(new OnChange<>((before, after) -> {
            if (after != null && wants(after)) {
                loop.enqueue(Key.of(after));
            }
        }));
        context.informers()
                .nodes
                .addEventHandler(new OnChange<>((before, after) -> context.informers().pods.getStore().list().stream()
                        .filter(Scheduler::wants)
                        .forEach(p -> loop.enqueue(Key.of(p)))));
    }

    private static boolean wants(Pod pod) {
        String scheduler = pod.getSpec().getSchedulerName();
        return !Pods.assigned(pod)
                && Pods.active(pod)
                && (scheduler == null || scheduler.equals("default-scheduler"))
                && (pod.getSpec().getSchedulingGates() == null
                        || pod.getSpec().getSchedulingGates().isEmpty());
    }

    private @Nullable Duration reconcile(Key key) {
        Pod pod = context.informers().pods.getStore().getByKey(key.inStore());
        if (pod == null || !wants(pod) || assumed.containsKey(pod.getMetadata().getUid())) {
            return null;
        }
        var nodes = context.informers().nodes.getStore().list();
        Placement.Result result = new Placement(nodes, placed()).place(pod);
        String node = result.node();
        if (node == null) {
            String message = result.message(nodes.size());
            context.events().warning(SOURCE, pod, "FailedScheduling", message);
            showUnschedulable(pod, message);
            return RETRY;
        }
        bind(pod, node);
        return null;
    }

    private List<Pod> placed() {
        List<Pod> placed = new ArrayList<>();
        for (Pod pod : context.informers().pods.getStore().list()) {
            if (Pods.assigned(pod)) {
                assumed.remove(pod.getMetadata().getUid());
                placed.add(pod);
            }
        }
        assumed.values()
                .removeIf(p ->
                        context.informers().pods.getStore().getByKey(Key.of(p).inStore()) == null);
        placed.addAll(assumed.values());
        return placed;
    }

    private void bind(Pod pod, String node) {
        String namespace = pod.getMetadata().getNamespace();
        String name = pod.getMetadata().getName();
        var binding = new BindingBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .withUid(pod.getMetadata().getUid())
                .endMetadata()
                .withNewTarget()
                .withApiVersion("v1")
                .withKind("Node")
                .withName(node)
                .endTarget()
                .build();
        context.client().raw("/api/v1/namespaces/" + namespace + "/pods/" + name + "/binding", "POST", binding);
        assumed.put(
                pod.getMetadata().getUid(),
                new PodBuilder(pod).editSpec().withNodeName(node).endSpec().build());
        context.events()
                .normal(SOURCE, pod, "Scheduled", "Successfully assigned " + namespace + "/" + name + " to " + node);
    }

    private void showUnschedulable(Pod pod, String message) {
        var before = pod.getStatus() == null || pod.getStatus().getConditions() == null
                ? null
                : pod.getStatus().getConditions().stream()
                        .filter(c -> c.getType().equals("PodScheduled"))
                        .findFirst()
                        .orElse(null);
        if (before != null && Objects.equals(before.getMessage(), message)) {
            return;
        }
        var condition = new PodConditionBuilder()
                .withType("PodScheduled")
                .withStatus("False")
                .withReason("Unschedulable")
                .withMessage(message)
                .withLastTransitionTime(Times.seconds(context.clock().instant()))
                .build();
        Pod patch = new PodBuilder()
                .withNewMetadata()
                .withUid(pod.getMetadata().getUid())
                .endMetadata()
                .withNewStatus()
                .withPhase("Pending")
                .withConditions(condition)
                .endStatus()
                .build();
        context.client()
                .resource(pod)
                .subresource("status")
                .patch(
                        ApiPatch.MERGE,
                        context.client().getKubernetesSerialization().asJson(patch));
    }
}
