package io.hyaline.runtime.pods;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.HostIP;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.hyaline.runtime.cluster.Times;
import io.hyaline.runtime.pods.ContainerSlot.Kind;
import io.hyaline.runtime.pods.ContainerSlot.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a worker tells the API server about its pod.
 *
 * @param addresses the pod's addresses, none while it has none
 * @param hostAddresses the node's
 * @param startTime when this node took the pod on
 */
record PodReport(
        Pod pod,
        List<ContainerSlot> slots,
        PodDecision.Phase phase,
        boolean sandboxReady,
        List<String> addresses,
        List<String> hostAddresses,
        Instant startTime,
        Instant now) {

    private static final Set<String> OWN =
            Set.of("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled");

    PodStatus status() {
        PodStatusBuilder status = new PodStatusBuilder()
                .withPhase(phase.text)
                .withHostIP(hostAddresses.getFirst())
                .withHostIPs(hostAddresses.stream().map(HostIP::new).toList())
                .withStartTime(Times.seconds(startTime))
                .withQosClass(QosClass.of(pod.getSpec()))
                .withConditions(conditions())
                .withInitContainerStatuses(statuses(true))
                .withContainerStatuses(statuses(false));
        if (!addresses.isEmpty()) {
            status.withPodIP(addresses.getFirst())
                    .withPodIPs(addresses.stream().map(PodIP::new).toList());
        }
        return status.build();
    }

    private List<ContainerStatus> statuses(boolean init) {
        return slots.stream()
                .filter(s -> (s.kind != Kind.MAIN) == init)
                .map(this::containerStatus)
                .toList();
    }

    private ContainerStatus containerStatus(ContainerSlot slot) {
        ContainerStatusBuilder status = new ContainerStatusBuilder()
                .withName(slot.name())
                .withImage(slot.spec.getImage())
                .withImageID(slot.imageId)
                .withRestartCount(slot.restarts)
                .withReady(ready(slot))
                .withStarted(slot.started)
                .withState(state(slot))
                .withLastState(slot.last == null ? new ContainerState() : terminated(slot.last));
        if (slot.state instanceof State.Running running) {
            status.withContainerID(running.id());
        } else if (slot.state instanceof State.Terminated ended && !ended.id().isEmpty()) {
            status.withContainerID(ended.id());
        }
        return status.build();
    }

    private ContainerState state(ContainerSlot slot) {
        return switch (slot.state) {
            case State.Waiting waiting ->
                new ContainerStateBuilder()
                        .withNewWaiting(emptyToNull(waiting.message()), reason(slot, waiting))
                        .build();
            case State.Starting starting ->
                new ContainerStateBuilder()
                        .withNewWaiting(null, "ContainerCreating")
                        .build();
            case State.Running running ->
                new ContainerStateBuilder()
                        .withNewRunning(Times.seconds(running.since()))
                        .build();
            case State.Terminated ended -> ended(slot, ended);
        };
    }

    /** While it waits for its next start, a container shows why; how it ended is its last state then. */
    private ContainerState ended(ContainerSlot slot, State.Terminated ended) {
        boolean comesBack = !phase.over() && slot.nextStart.isAfter(now) && slot.backOff.failures() > 1;
        if (comesBack && restarts(slot, ended)) {
            String text = "back-off " + slot.backOff.delay().toSeconds() + "s restarting failed container="
                    + slot.name() + " pod=" + pod.getMetadata().getName() + "_"
                    + pod.getMetadata().getNamespace() + "(" + pod.getMetadata().getUid() + ")";
            return new ContainerStateBuilder()
                    .withNewWaiting(text, "CrashLoopBackOff")
                    .build();
        }
        return terminated(ended);
    }

    private boolean restarts(ContainerSlot slot, State.Terminated ended) {
        String policy = Objects.requireNonNullElse(pod.getSpec().getRestartPolicy(), "Always");
        return slot.kind == Kind.SIDECAR
                || (slot.kind == Kind.MAIN && policy.equals("Always"))
                || (!policy.equals("Never") && ended.exit().code() != 0);
    }

    private String reason(ContainerSlot slot, State.Waiting waiting) {
        boolean waitsForInit = waiting.reason().equals("ContainerCreating")
                && slots.stream().anyMatch(s -> s.kind != Kind.MAIN)
                && (slot.kind != Kind.MAIN || !PodDecision.initialized(slots))
                && sandboxReady;
        return waitsForInit ? "PodInitializing" : waiting.reason();
    }

    private static ContainerState terminated(State.Terminated ended) {
        return new ContainerStateBuilder()
                .withNewTerminated()
                .withContainerID(emptyToNull(ended.id()))
                .withExitCode(ended.exit().code())
                .withSignal(ended.exit().signal() == 0 ? null : ended.exit().signal())
                .withReason(ended.exit().reason())
                .withMessage(emptyToNull(ended.exit().message()))
                .withStartedAt(Times.seconds(ended.since()))
                .withFinishedAt(Times.seconds(ended.at()))
                .endTerminated()
                .build();
    }

    private static boolean ready(ContainerSlot slot) {
        return switch (slot.kind) {
            case INIT -> slot.state instanceof State.Terminated t && t.exit().code() == 0;
            case SIDECAR, MAIN -> slot.running() && slot.ready;
        };
    }

    private List<PodCondition> conditions() {
        List<PodCondition> conditions = new ArrayList<>();
        conditions.add(condition("PodReadyToStartContainers", sandboxReady, null, null));
        boolean initialized = PodDecision.initialized(slots) || phase == PodDecision.Phase.SUCCEEDED;
        String uninitialized = names(Kind.INIT, Kind.SIDECAR);
        conditions.add(condition(
                "Initialized",
                initialized,
                "ContainersNotInitialized",
                "containers with incomplete status: [" + uninitialized + "]"));
        String unready = unready();
        String reason = phase == PodDecision.Phase.SUCCEEDED
                ? "PodCompleted"
                : phase == PodDecision.Phase.FAILED ? "PodFailed" : "ContainersNotReady";
        String message = phase.over() ? null : "containers with unready status: [" + unready + "]";
        boolean allReady = unready.isEmpty() && !phase.over();
        conditions.add(condition("Ready", allReady && gatesOpen(), reason, message));
        conditions.add(condition("ContainersReady", allReady, reason, message));
        conditions.add(condition("PodScheduled", true, null, null));
        if (pod.getStatus() != null && pod.getStatus().getConditions() != null) {
            pod.getStatus().getConditions().stream()
                    .filter(c -> !OWN.contains(c.getType()))
                    .forEach(conditions::add);
        }
        return conditions;
    }

    private boolean gatesOpen() {
        var gates = pod.getSpec().getReadinessGates();
        return gates == null
                || gates.stream().allMatch(gate -> {
                    PodCondition found = previous(gate.getConditionType());
                    return found != null && found.getStatus().equals("True");
                });
    }

    private String unready() {
        return slots.stream()
                .filter(s -> s.kind != Kind.INIT && !ready(s))
                .map(ContainerSlot::name)
                .collect(Collectors.joining(" "));
    }

    private String names(Kind... kinds) {
        Set<Kind> wanted = Set.of(kinds);
        return slots.stream()
                .filter(s -> wanted.contains(s.kind) && !(s.kind == Kind.INIT ? ready(s) : s.started))
                .map(ContainerSlot::name)
                .collect(Collectors.joining(" "));
    }

    private PodCondition condition(String type, boolean is, @Nullable String reason, @Nullable String message) {
        String text = is ? "True" : "False";
        PodCondition before = previous(type);
        String since = before != null && before.getStatus().equals(text) ? before.getLastTransitionTime() : null;
        return new PodConditionBuilder()
                .withType(type)
                .withStatus(text)
                .withReason(is ? null : reason)
                .withMessage(is ? null : message)
                .withLastTransitionTime(since == null ? Times.seconds(now) : since)
                .build();
    }

    private @Nullable PodCondition previous(String type) {
        if (pod.getStatus() == null || pod.getStatus().getConditions() == null) {
            return null;
        }
        return pod.getStatus().getConditions().stream()
                .filter(c -> c.getType().equals(type))
                .findFirst()
                .orElse(null);
    }

    private static @Nullable String emptyToNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
