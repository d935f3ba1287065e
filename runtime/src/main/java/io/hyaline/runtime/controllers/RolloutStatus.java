package io.hyaline.runtime.controllers;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.api.model.apps.DeploymentConditionBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatusBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.hyaline.runtime.cluster.Times;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** A deployment's status, from its replica sets. */
record RolloutStatus(Deployment deployment, @Nullable ReplicaSet current, List<ReplicaSet> all, Instant now) {

    private static final int DEADLINE_SECONDS = 600;

    DeploymentStatus status() {
        int wanted = Rollout.wanted(deployment);
        int replicas = sum(Rollout::existing);
        int ready = sum(s -> s.getStatus() == null
                ? 0
                : Objects.requireNonNullElse(s.getStatus().getReadyReplicas(), 0));
        int available = sum(Rollout::available);
        int updated = current == null ? 0 : Rollout.existing(current);
        int total = sum(Rollout::specified);
        List<DeploymentCondition> conditions = new ArrayList<>();
        int least = wanted - Rollout.Slack.of(deployment).unavailable();
        conditions.add(
                available >= least
                        ? condition(
                                "Available", true, "MinimumReplicasAvailable", "Deployment has minimum availability.")
                        : condition(
                                "Available",
                                false,
                                "MinimumReplicasUnavailable",
                                "Deployment does not have minimum availability."));
        conditions.add(progressing(updated == wanted && replicas == wanted && available == wanted, available, updated));
        return new DeploymentStatusBuilder()
                .withObservedGeneration(deployment.getMetadata().getGeneration())
                .withReplicas(nonZero(replicas))
                .withUpdatedReplicas(nonZero(updated))
                .withReadyReplicas(nonZero(ready))
                .withAvailableReplicas(nonZero(available))
                .withUnavailableReplicas(nonZero(Math.max(0, total - available)))
                .withCollisionCount(
                        deployment.getStatus() == null
                                ? null
                                : deployment.getStatus().getCollisionCount())
                .withConditions(conditions)
                .build();
    }

    private int sum(ToIntFunction<ReplicaSet> count) {
        return all.stream().mapToInt(count).sum();
    }

    private static @Nullable Integer nonZero(int value) {
        return value == 0 ? null : value;
    }

    private DeploymentCondition progressing(boolean complete, int available, int updated) {
        String name = current == null ? "" : current.getMetadata().getName();
        if (Objects.equals(deployment.getSpec().getPaused(), true) && !complete) {
            return unknown("DeploymentPaused", "Deployment is paused");
        }
        if (complete) {
            return condition(
                    "Progressing",
                    true,
                    "NewReplicaSetAvailable",
                    "ReplicaSet \"" + name + "\" has successfully progressed.");
        }
        DeploymentCondition before = previous("Progressing");
        boolean moved = before == null
                || movedSince(available, updated)
                || !Objects.equals(before.getMessage(), "ReplicaSet \"" + name + "\" is progressing.");
        Instant last = before == null ? null : Times.parse(before.getLastUpdateTime());
        int seconds = Objects.requireNonNullElse(deployment.getSpec().getProgressDeadlineSeconds(), DEADLINE_SECONDS);
        boolean late = !moved && last != null && last.plusSeconds(seconds).isBefore(now);
        if (late
                || (before != null
                        && "ProgressDeadlineExceeded".equals(before.getReason())
                        && !movedSince(available, updated))) {
            return condition(
                    "Progressing",
                    false,
                    "ProgressDeadlineExceeded",
                    "ReplicaSet \"" + name + "\" has timed out progressing.");
        }
        DeploymentCondition condition =
                condition("Progressing", true, "ReplicaSetUpdated", "ReplicaSet \"" + name + "\" is progressing.");
        if (moved) {
            condition.setLastUpdateTime(Times.seconds(now));
        }
        return condition;
    }

    private boolean movedSince(int available, int updated) {
        DeploymentStatus before = deployment.getStatus();
        return before == null
                || Objects.requireNonNullElse(before.getAvailableReplicas(), 0) < available
                || Objects.requireNonNullElse(before.getUpdatedReplicas(), 0) != updated;
    }

    private DeploymentCondition unknown(String reason, String message) {
        DeploymentCondition condition = condition("Progressing", true, reason, message);
        condition.setStatus("Unknown");
        return condition;
    }

    private DeploymentCondition condition(String type, boolean is, String reason, String message) {
        DeploymentCondition before = previous(type);
        String text = is ? "True" : "False";
        String time = Times.seconds(now);
        String transition = time;
        String update = time;
        if (before != null && text.equals(before.getStatus())) {
            transition = before.getLastTransitionTime();
            boolean same = reason.equals(before.getReason()) && message.equals(before.getMessage());
            update = same ? before.getLastUpdateTime() : time;
        }
        return new DeploymentConditionBuilder()
                .withType(type)
                .withStatus(text)
                .withReason(reason)
                .withMessage(message)
                .withLastUpdateTime(update)
                .withLastTransitionTime(transition)
                .build();
    }

    private @Nullable DeploymentCondition previous(String type) {
        if (deployment.getStatus() == null || deployment.getStatus().getConditions() == null) {
            return null;
        }
        return deployment.getStatus().getConditions().stream()
                .filter(c -> type.equals(c.getType()))
                .findFirst()
                .orElse(null);
    }
}
