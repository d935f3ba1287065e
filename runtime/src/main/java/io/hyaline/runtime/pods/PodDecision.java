package io.hyaline.runtime.pods;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What a pod's worker has to do next, from what its containers are doing now.
 *
 * @param start containers to start now
 * @param waiting containers that will be started again when their back-off is over
 * @param stop containers to stop
 * @param wakeAt when to decide again at the latest
 */
record PodDecision(
        List<ContainerSlot> start, List<ContainerSlot> waiting, List<ContainerSlot> stop, Instant wakeAt, Phase phase) {

    /** A pod's phase, as its status shows it. */
    enum Phase {
        PENDING("Pending"),
        RUNNING("Running"),
        SUCCEEDED("Succeeded"),
        FAILED("Failed");

        final String text;

        Phase(String text) {
            this.text = text;
        }

        boolean over() {
            return this == SUCCEEDED || this == FAILED;
        }
    }

    /** Decides for a pod that is to run. {@code slots} has init containers first, in the pod's order. */
    static PodDecision decide(List<ContainerSlot> slots, String restartPolicy, Instant now) {
        Decider decider = new Decider(restartPolicy, now);
        boolean initialized = decider.init(slots);
        if (decider.initFailed) {
            return decider.over(slots, Phase.FAILED);
        }
        if (!initialized) {
            return decider.result(Phase.PENDING);
        }
        List<ContainerSlot> mains =
                slots.stream().filter(s -> s.kind == ContainerSlot.Kind.MAIN).toList();
        boolean allDone = mains.stream().allMatch(s -> s.terminated() && !decider.restarts(s));
        if (allDone) {
            boolean failed = mains.stream().anyMatch(s -> exitCode(s) != 0);
            return decider.over(slots, failed ? Phase.FAILED : Phase.SUCCEEDED);
        }
        mains.forEach(decider::keepRunning);
        boolean begun = mains.stream().anyMatch(s -> s.runs > 0);
        return decider.result(begun ? Phase.RUNNING : Phase.PENDING);
    }

    /** Whether every init container is through and every native sidecar has started. */
    static boolean initialized(List<ContainerSlot> slots) {
        return slots.stream().allMatch(s -> switch (s.kind) {
            case MAIN -> true;
            case INIT -> s.terminated() && exitCode(s) == 0;
            case SIDECAR -> s.started;
        });
    }

    /** The phase of a pod that was stopped from outside: as its containers ended. */
    static Phase endedAs(List<ContainerSlot> slots, Phase phase) {
        if (phase.over()) {
            return phase;
        }
        boolean good = slots.stream()
                .filter(s -> s.kind == ContainerSlot.Kind.MAIN)
                .allMatch(s -> s.terminated() && exitCode(s) == 0);
        return good ? Phase.SUCCEEDED : Phase.FAILED;
    }

    private static int exitCode(ContainerSlot slot) {
        return slot.state instanceof ContainerSlot.State.Terminated t ? t.exit().code() : 0;
    }

    private static final class Decider {
        private final String restartPolicy;
        private final Instant now;
        private final List<ContainerSlot> start = new ArrayList<>();
        private final List<ContainerSlot> waiting = new ArrayList<>();
        private Instant wakeAt = Instant.MAX;
        private boolean initFailed;

        Decider(String restartPolicy, Instant now) {
            this.restartPolicy = restartPolicy;
            this.now = now;
        }

        /** Takes init containers one after another; true when all are through. */
        boolean init(List<ContainerSlot> slots) {
            boolean mainsBegan = slots.stream().anyMatch(s -> s.kind == ContainerSlot.Kind.MAIN && s.runs > 0);
            for (ContainerSlot slot : slots) {
                switch (slot.kind) {
                    case MAIN -> {}
                    case SIDECAR -> {
                        keepRunning(slot);
                        if (!slot.started && !mainsBegan) {
                            return false;
                        }
                    }
                    case INIT -> {
                        if (slot.terminated() && exitCode(slot) == 0) {
                            continue;
                        }
                        if (slot.terminated() && restartPolicy.equals("Never")) {
                            initFailed = true;
                            return false;
                        }
                        keepRunning(slot);
                        return false;
                    }
                }
            }
            return true;
        }

        void keepRunning(ContainerSlot slot) {
            if (!slot.idle() || (slot.terminated() && !restarts(slot))) {
                return;
            }
            if (slot.nextStart.isAfter(now)) {
                waiting.add(slot);
                wakeAt = slot.nextStart.isBefore(wakeAt) ? slot.nextStart : wakeAt;
            } else {
                start.add(slot);
            }
        }

        boolean restarts(ContainerSlot slot) {
            return switch (slot.kind) {
                case SIDECAR -> true;
                case INIT -> exitCode(slot) != 0 && !restartPolicy.equals("Never");
                case MAIN ->
                    switch (restartPolicy) {
                        case "Never" -> false;
                        case "OnFailure" -> exitCode(slot) != 0;
                        default -> true;
                    };
            };
        }

        PodDecision result(Phase phase) {
            return new PodDecision(start, waiting, List.of(), wakeAt, phase);
        }

        /** The pod has ended, or will have when its sidecars are stopped. */
        PodDecision over(List<ContainerSlot> slots, Phase phase) {
            List<ContainerSlot> still =
                    slots.stream().filter(s -> !s.idle() && !s.stopping).toList();
            boolean quiet = slots.stream().allMatch(ContainerSlot::idle);
            return new PodDecision(List.of(), List.of(), still, Instant.MAX, quiet ? phase : Phase.RUNNING);
        }
    }
}
