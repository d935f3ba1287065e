package io.hyaline.runtime.controllers;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.hyaline.runtime.cluster.Times;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Questions that several controllers ask of a pod. */
final class Pods {

    private static final Set<String> OVER = Set.of("Succeeded", "Failed");

    private Pods() {}

    static boolean over(Pod pod) {
        return pod.getStatus() != null
                && OVER.contains(Objects.requireNonNullElse(pod.getStatus().getPhase(), ""));
    }

    static boolean terminating(Pod pod) {
        return pod.getMetadata().getDeletionTimestamp() != null;
    }

    /** Counts towards the pods that its owner wants. */
    static boolean active(Pod pod) {
        return !over(pod) && !terminating(pod);
    }

    static boolean ready(Pod pod) {
        PodCondition condition = readyCondition(pod);
        return condition != null && "True".equals(condition.getStatus());
    }

    /** Ready for long enough. */
    static boolean available(Pod pod, int minReadySeconds, Instant now) {
        PodCondition condition = readyCondition(pod);
        if (condition == null || !"True".equals(condition.getStatus())) {
            return false;
        }
        Instant since = Times.parse(condition.getLastTransitionTime());
        return minReadySeconds == 0
                || (since != null && !since.plusSeconds(minReadySeconds).isAfter(now));
    }

    static @Nullable PodCondition readyCondition(Pod pod) {
        if (pod.getStatus() == null || pod.getStatus().getConditions() == null) {
            return null;
        }
        return pod.getStatus().getConditions().stream()
                .filter(c -> "Ready".equals(c.getType()))
                .findFirst()
                .orElse(null);
    }

    static boolean assigned(Pod pod) {
        String node = pod.getSpec().getNodeName();
        return node != null && !node.isEmpty();
    }
}
