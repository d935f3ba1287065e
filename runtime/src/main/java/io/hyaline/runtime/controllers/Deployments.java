package io.hyaline.runtime.controllers;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.hyaline.runtime.cluster.EventRecorder;
import io.hyaline.runtime.cluster.OnChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Rolls deployments out: one replica set per template, resized step by step. */
final class Deployments {

    static final String REVISION = "deployment.kubernetes.io/revision";
    static final String HASH = "pod-template-hash";
    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
    private static final int CONFLICT = 409;
    private static final EventRecorder.Source SOURCE = new EventRecorder.Source("deployment-controller", "");

    private final ControllerContext context;
    private final ControlLoop loop;

    Deployments(ControllerContext context) {
        this.context = context;
        this.loop = context.loop("deployments", this::reconcile);
    }

    void start() {
        context.informers()
                .deployments
                .addEventHandler(new OnChange<>((before, after) ->
                        loop.enqueue(Key.of(Objects.requireNonNull(after == null ? before : after)))));
        context.informers().replicaSets.addEventHandler(new OnChange<>((before, after) -> {
            ReplicaSet set = Objects.requireNonNull(after == null ? before : after);
            OwnerReference owner = Owners.controller(set);
            if (owner != null && owner.getKind().equals("Deployment")) {
                loop.enqueue(new Key(set.getMetadata().getNamespace(), owner.getName()));
            }
        }));
    }

    private @Nullable Duration reconcile(Key key) {
        Deployment deployment = context.informers().deployments.getStore().getByKey(key.inStore());
        if (deployment == null || deployment.getMetadata().getDeletionTimestamp() != null) {
            return null;
        }
        List<ReplicaSet> owned = context.informers().replicaSets.getStore().list().stream()
                .filter(s -> key.namespace().equals(s.getMetadata().getNamespace()) && Owners.owns(deployment, s))
                .toList();
        ReplicaSet current = current(deployment, owned);
        List<ReplicaSet> old = new ArrayList<>(owned);
        if (current == null && !Objects.equals(deployment.getSpec().getPaused(), true)) {
            create(deployment, owned);
            return Duration.ofSeconds(1);
        }
        if (current != null) {
            old.remove(current);
            number(deployment, current, old);
            Rollout rollout = new Rollout(deployment, current, old);
            resize(deployment, owned, rollout.sizes(podsOf(old)));
            rollout.forgotten().forEach(set -> context.client().resource(set).delete());
        }
        publish(deployment, current, owned);
        return waitsForPods(deployment) ? Duration.ofSeconds(1) : null;
    }

    /** Terminating pods change no replica set's status, so that a Recreate has to look again by itself. */
    private static boolean waitsForPods(Deployment deployment) {
        boolean recreate = deployment.getSpec().getStrategy() != null
                && "Recreate".equals(deployment.getSpec().getStrategy().getType());
        DeploymentStatus status = deployment.getStatus();
        int updated = status == null ? 0 : Objects.requireNonNullElse(status.getUpdatedReplicas(), 0);
        return recreate && updated < Rollout.wanted(deployment);
    }

    private int podsOf(List<ReplicaSet> sets) {
        return (int) context.informers().pods.getStore().list().stream()
                .filter(p -> !Pods.over(p) && sets.stream().anyMatch(s -> Owners.owns(s, p)))
                .count();
    }

    /** The replica set whose template is the deployment's but for the hash. */
    static @Nullable ReplicaSet current(Deployment deployment, List<ReplicaSet> owned) {
        PodTemplateSpec wanted = deployment.getSpec().getTemplate();
        return Rollout.oldest(owned).stream()
                .filter(s -> Templates.same(s.getSpec().getTemplate(), wanted))
                .findFirst()
                .orElse(null);
    }

    private void create(Deployment deployment, List<ReplicaSet> old) {
        Integer collisions =
                deployment.getStatus() == null ? null : deployment.getStatus().getCollisionCount();
        String hash = NameSuffix.of(deployment.getSpec().getTemplate(), Objects.requireNonNullElse(collisions, 0));
        ReplicaSet set = replicaSet(deployment, hash, latest(old) + 1);
        try {
            ReplicaSet created = context.client().resource(set).create();
            Rollout rollout = new Rollout(deployment, created, old);
            resize(deployment, List.of(created), rollout.sizes(podsOf(old)));
        } catch (KubernetesClientException e) {
            if (e.getCode() != CONFLICT) {
                context.events().warning(SOURCE, deployment, "ReplicaSetCreateError", String.valueOf(e.getMessage()));
                throw e;
            }
            resolveCollision(deployment, set, Objects.requireNonNullElse(collisions, 0));
        }
    }

    /** The name is taken: by our own, which the watch will show, or by another template with the same hash. */
    private void resolveCollision(Deployment deployment, ReplicaSet wanted, int collisions) {
        ReplicaSet existing = context.client().resource(wanted).get();
        if (existing != null
                && (!Owners.owns(deployment, existing)
                        || !Templates.same(
                                existing.getSpec().getTemplate(),
                                deployment.getSpec().getTemplate()))) {
            Deployment changed = new DeploymentBuilder(deployment)
                    .editOrNewStatus()
                    .withCollisionCount(collisions + 1)
                    .endStatus()
                    .build();
            context.client().resource(changed).updateStatus();
        }
    }

    static ReplicaSet replicaSet(Deployment deployment, String hash, int revision) {
        Map<String, String> annotations = new HashMap<>();
        if (deployment.getMetadata().getAnnotations() != null) {
            annotations.putAll(deployment.getMetadata().getAnnotations());
        }
        annotations.remove(LAST_APPLIED);
        annotations.put(REVISION, "" + revision);
        annotations.put("deployment.kubernetes.io/desired-replicas", "" + Rollout.wanted(deployment));
        PodTemplateSpec template = new PodTemplateSpecBuilder(
                        deployment.getSpec().getTemplate())
                .editOrNewMetadata()
                .addToLabels(HASH, hash)
                .endMetadata()
                .build();
        return new ReplicaSetBuilder()
                .withNewMetadata()
                .withName(deployment.getMetadata().getName() + "-" + hash)
                .withNamespace(deployment.getMetadata().getNamespace())
                .withLabels(template.getMetadata().getLabels())
                .withAnnotations(annotations)
                .withOwnerReferences(Owners.reference(deployment))
                .endMetadata()
                .withNewSpec()
                .withReplicas(0)
                .withMinReadySeconds(deployment.getSpec().getMinReadySeconds())
                .withNewSelectorLike(deployment.getSpec().getSelector())
                .addToMatchLabels(HASH, hash)
                .endSelector()
                .withTemplate(template)
                .endSpec()
                .build();
    }

    static int revision(ReplicaSet set) {
        Map<String, String> annotations = set.getMetadata().getAnnotations();
        String text = annotations == null ? null : annotations.get(REVISION);
        return text == null ? 0 : Integer.parseInt(text);
    }

    private static int latest(List<ReplicaSet> sets) {
        return sets.stream().mapToInt(Deployments::revision).max().orElse(0);
    }

    /** The current replica set always has the highest revision: one that is rolled back to gets a new one. */
    private void number(Deployment deployment, ReplicaSet current, List<ReplicaSet> old) {
        int revision = revision(current);
        if (revision <= latest(old)) {
            revision = latest(old) + 1;
            ReplicaSet changed = new ReplicaSetBuilder(current)
                    .editMetadata()
                    .addToAnnotations(REVISION, "" + revision)
                    .endMetadata()
                    .build();
            context.client().resource(changed).update();
        }
        Map<String, String> annotations = deployment.getMetadata().getAnnotations();
        String shown = annotations == null ? null : annotations.get(REVISION);
        if (!("" + revision).equals(shown)) {
            String patch = "{\"metadata\":{\"annotations\":{\"" + REVISION + "\":\"" + revision + "\"}}}";
            context.client().resource(deployment).patch(ApiPatch.MERGE, patch);
        }
    }

    private void resize(Deployment deployment, List<ReplicaSet> sets, Map<String, Integer> sizes) {
        for (ReplicaSet set : sets) {
            Integer size = sizes.get(set.getMetadata().getName());
            if (size == null) {
                continue;
            }
            int before = Rollout.specified(set);
            context.client().resource(set).patch(ApiPatch.MERGE, "{\"spec\":{\"replicas\":" + size + "}}");
            context.events()
                    .normal(
                            SOURCE,
                            deployment,
                            "ScalingReplicaSet",
                            "Scaled " + (size > before ? "up" : "down") + " replica set "
                                    + set.getMetadata().getName() + " from " + before + " to " + size);
        }
    }

    private void publish(Deployment deployment, @Nullable ReplicaSet current, List<ReplicaSet> all) {
        DeploymentStatus status =
                new RolloutStatus(deployment, current, all, context.clock().instant()).status();
        if (!status.equals(deployment.getStatus())) {
            context.client()
                    .resource(
                            new DeploymentBuilder(deployment).withStatus(status).build())
                    .updateStatus();
        }
    }
}
