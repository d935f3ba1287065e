package io.hyaline.runtime.controllers;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts of ready pods that an earlier life of the cluster has left in Deployments. Until the controllers have been through,
 * {@code kubectl rollout status} would report success by them.
 */
public final class ReadyCounts {

    private static final Logger log = LoggerFactory.getLogger(ReadyCounts.class);
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(20);

    private ReadyCounts() {}

    /** Returns when no Deployment claims more than there is, or with a warning when that takes too long. */
    public static void awaitTruth(KubernetesClient client) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        Optional<String> wrong = overstated(client);
        while (wrong.isPresent() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(POLL.toNanos());
            wrong = overstated(client);
        }
        wrong.ifPresent(name -> log.warn("{} still claims pods that were ready before this start", name));
    }

    /** Counts are read first: a pod that gets ready in between does not make them wrong. */
    private static Optional<String> overstated(KubernetesClient client) {
        List<Deployment> deployments =
                client.apps().deployments().inAnyNamespace().list().getItems();
        List<ReplicaSet> sets =
                client.apps().replicaSets().inAnyNamespace().list().getItems();
        return overstated(
                deployments, sets, client.pods().inAnyNamespace().list().getItems());
    }

    /** The first Deployment whose counts are larger than what its pods say. */
    static Optional<String> overstated(List<Deployment> deployments, List<ReplicaSet> sets, List<Pod> pods) {
        Map<String, Integer> ready = new HashMap<>();
        pods.stream().filter(Pods::ready).forEach(pod -> add(ready, owner(pod), 1));
        sets.forEach(set ->
                add(ready, owner(set), ready.getOrDefault(set.getMetadata().getUid(), 0)));
        return deployments.stream()
                .filter(d -> claimed(d) > ready.getOrDefault(d.getMetadata().getUid(), 0))
                .map(d -> "deployment " + d.getMetadata().getNamespace() + "/"
                        + d.getMetadata().getName())
                .findFirst();
    }

    private static void add(Map<String, Integer> counts, @Nullable String uid, int count) {
        if (uid != null) {
            counts.merge(uid, count, Integer::sum);
        }
    }

    private static int claimed(Deployment deployment) {
        var status = deployment.getStatus();
        return status == null ? 0 : Math.max(number(status.getReadyReplicas()), number(status.getAvailableReplicas()));
    }

    private static int number(@Nullable Integer count) {
        return count == null ? 0 : count;
    }

    private static @Nullable String owner(HasMetadata object) {
        OwnerReference controller = Owners.controller(object);
        return controller == null ? null : controller.getUid();
    }
}
