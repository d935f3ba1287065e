package io.hyaline.runtime.pods;

import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.hyaline.runtime.cluster.Times;
import io.hyaline.runtime.pods.ContainerSlot.State;
import io.hyaline.runtime.sandbox.RunningContainer.Exit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Takes on a pod that an earlier run of this node has left: its processes are gone, its restart counts go on. */
final class PodRecovery {

    private PodRecovery() {}

    static void recover(Pod pod, List<ContainerSlot> slots, Path podDirectory) {
        if (pod.getStatus() == null) {
            return;
        }
        List<ContainerStatus> known = new ArrayList<>();
        if (pod.getStatus().getInitContainerStatuses() != null) {
            known.addAll(pod.getStatus().getInitContainerStatuses());
        }
        if (pod.getStatus().getContainerStatuses() != null) {
            known.addAll(pod.getStatus().getContainerStatuses());
        }
        for (ContainerStatus status : known) {
            slots.stream()
                    .filter(s -> s.name().equals(status.getName()))
                    .findFirst()
                    .ifPresent(slot -> recover(slot, status, podDirectory));
        }
    }

    private static void recover(ContainerSlot slot, ContainerStatus status, Path podDirectory) {
        int before = Objects.requireNonNullElse(status.getRestartCount(), 0);
        var state = status.getState();
        boolean ran = (state != null && (state.getRunning() != null || state.getTerminated() != null))
                || (status.getLastState() != null && status.getLastState().getTerminated() != null);
        slot.restarts = ran ? before + 1 : before;
        if (!ran || state == null) {
            return;
        }
        Path log = ContainerStarter.log(podDirectory, slot.name(), before);
        if (Files.exists(log)) {
            slot.previousLog = log;
        }
        if (state.getTerminated() != null) {
            slot.last = terminated(state.getTerminated());
        } else if (state.getRunning() != null) {
            Instant since =
                    Objects.requireNonNullElse(Times.parse(state.getRunning().getStartedAt()), Instant.EPOCH);
            Exit exit = new Exit(137, 9, "ContainerStatusUnknown", "the node was stopped while the container ran");
            slot.last =
                    new State.Terminated(exit, Objects.requireNonNullElse(status.getContainerID(), ""), since, since);
        }
    }

    private static State.Terminated terminated(ContainerStateTerminated ended) {
        Exit exit = new Exit(
                Objects.requireNonNullElse(ended.getExitCode(), 0),
                Objects.requireNonNullElse(ended.getSignal(), 0),
                Objects.requireNonNullElse(ended.getReason(), "Error"),
                Objects.requireNonNullElse(ended.getMessage(), ""));
        return new State.Terminated(
                exit,
                Objects.requireNonNullElse(ended.getContainerID(), ""),
                Objects.requireNonNullElse(Times.parse(ended.getStartedAt()), Instant.EPOCH),
                Objects.requireNonNullElse(Times.parse(ended.getFinishedAt()), Instant.EPOCH));
    }
}
