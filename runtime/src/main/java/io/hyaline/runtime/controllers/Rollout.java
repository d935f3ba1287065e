package io.hyaline.runtime.controllers;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.RollingUpdateDeployment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How many replicas each replica set of a deployment is to have next.
 *
 * @param current the replica set of the present template
 * @param old the others
 */
record Rollout(Deployment deployment, ReplicaSet current, List<ReplicaSet> old) {

    /** How far a rolling update may stray from the wanted number. */
    record Slack(int surge, int unavailable) {

        /** Percentages are of the wanted number: surge rounded up, unavailable rounded down, and never both zero. */
        static Slack of(Deployment deployment) {
            RollingUpdateDeployment rolling = deployment.getSpec().getStrategy() == null
                    ? null
                    : deployment.getSpec().getStrategy().getRollingUpdate();
            int replicas = wanted(deployment);
            int surge = resolve(rolling == null ? null : rolling.getMaxSurge(), replicas, true);
            int unavailable = resolve(rolling == null ? null : rolling.getMaxUnavailable(), replicas, false);
            return surge == 0 && unavailable == 0 ? new Slack(0, 1) : new Slack(surge, unavailable);
        }

        private static int resolve(@Nullable IntOrString value, int replicas, boolean up) {
            if (value != null && value.getIntVal() != null) {
                return value.getIntVal();
            }
            String text = value == null || value.getStrVal() == null ? "25%" : value.getStrVal();
            double share = Integer.parseInt(text.replace("%", "").strip()) * replicas / 100.0;
            return (int) (up ? Math.ceil(share) : Math.floor(share));
        }
    }

    static int wanted(Deployment deployment) {
        return Objects.requireNonNullElse(deployment.getSpec().getReplicas(), 1);
    }

    static int specified(ReplicaSet set) {
        return Objects.requireNonNullElse(set.getSpec().getReplicas(), 0);
    }

    static int available(ReplicaSet set) {
        return set.getStatus() == null
                ? 0
                : Objects.requireNonNullElse(set.getStatus().getAvailableReplicas(), 0);
    }

    static int existing(ReplicaSet set) {
        return set.getStatus() == null
                ? 0
                : Objects.requireNonNullElse(set.getStatus().getReplicas(), 0);
    }

    private List<ReplicaSet> all() {
        List<ReplicaSet> all = new ArrayList<>(old);
        all.add(current);
        return all;
    }

    /**
     * New sizes, by name of the replica set; those that stay as they are are not in it.
     *
     * @param oldPods how many pods of the old replica sets still run, terminating ones included
     */
    Map<String, Integer> sizes(int oldPods) {
        if (Objects.equals(deployment.getSpec().getPaused(), true)) {
            return paused();
        }
        boolean recreate = deployment.getSpec().getStrategy() != null
                && "Recreate".equals(deployment.getSpec().getStrategy().getType());
        return recreate ? recreate(oldPods) : rolling();
    }

    /** A paused rollout does not go on, but the whole still follows its wanted number. */
    private Map<String, Integer> paused() {
        List<ReplicaSet> active = all().stream().filter(s -> specified(s) > 0).toList();
        Map<String, Integer> sizes = new LinkedHashMap<>();
        ReplicaSet only = active.size() == 1 ? active.getFirst() : active.isEmpty() ? current : null;
        if (only != null) {
            resize(sizes, only, wanted(deployment));
        }
        return sizes;
    }

    private Map<String, Integer> recreate(int oldPods) {
        Map<String, Integer> sizes = new LinkedHashMap<>();
        old.forEach(set -> resize(sizes, set, 0));
        if (sizes.isEmpty() && oldPods == 0) {
            resize(sizes, current, wanted(deployment));
        }
        return sizes;
    }

    private Map<String, Integer> rolling() {
        Map<String, Integer> sizes = new LinkedHashMap<>();
        int wanted = wanted(deployment);
        Slack slack = Slack.of(deployment);
        int total = all().stream().mapToInt(Rollout::specified).sum();
        int room = Math.max(0, wanted + slack.surge() - total);
        int size = specified(current);
        resize(sizes, current, size > wanted ? wanted : size + Math.min(room, wanted - size));
        if (sizes.isEmpty()) {
            shrinkOld(sizes, wanted - slack.unavailable(), total);
        }
        return sizes;
    }

    private void shrinkOld(Map<String, Integer> sizes, int least, int total) {
        int currentMissing = Math.max(0, specified(current) - available(current));
        int mayGo = total - least - currentMissing;
        Map<ReplicaSet, Integer> left = new LinkedHashMap<>();
        for (ReplicaSet set : oldest(old)) {
            int broken = Math.max(0, Math.min(mayGo, specified(set) - available(set)));
            left.put(set, specified(set) - broken);
            mayGo -= broken;
        }
        int availableNow = all().stream().mapToInt(Rollout::available).sum();
        int healthy = Math.min(Math.max(0, mayGo), availableNow - least);
        for (var entry : left.entrySet()) {
            int fewer = Math.max(0, Math.min(healthy, entry.getValue()));
            healthy -= fewer;
            resize(sizes, entry.getKey(), entry.getValue() - fewer);
        }
    }

    private static void resize(Map<String, Integer> sizes, ReplicaSet set, int size) {
        if (specified(set) != size) {
            sizes.put(set.getMetadata().getName(), size);
        }
    }

    static List<ReplicaSet> oldest(List<ReplicaSet> sets) {
        return sets.stream()
                .sorted(Comparator.comparing(
                        s -> Objects.requireNonNullElse(s.getMetadata().getCreationTimestamp(), "")))
                .toList();
    }

    /** Old replica sets beyond the history limit that nothing runs in any more. */
    List<ReplicaSet> forgotten() {
        int limit = Objects.requireNonNullElse(deployment.getSpec().getRevisionHistoryLimit(), 10);
        List<ReplicaSet> idle = old.stream()
                .filter(s ->
                        specified(s) == 0 && existing(s) == 0 && s.getMetadata().getDeletionTimestamp() == null)
                .toList();
        return oldest(idle).subList(0, Math.max(0, idle.size() - limit));
    }
}
