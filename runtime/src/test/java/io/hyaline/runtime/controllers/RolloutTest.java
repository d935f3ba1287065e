package io.hyaline.runtime.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RolloutTest {

    private static Deployment deployment(int replicas, String surge, String unavailable) {
        return new DeploymentBuilder()
                .withNewMetadata()
                .withName("d")
                .endMetadata()
                .withNewSpec()
                .withReplicas(replicas)
                .withNewStrategy()
                .withType("RollingUpdate")
                .withNewRollingUpdate()
                .withMaxSurge(value(surge))
                .withMaxUnavailable(value(unavailable))
                .endRollingUpdate()
                .endStrategy()
                .endSpec()
                .build();
    }

    private static IntOrString value(String text) {
        return text.endsWith("%") ? new IntOrString(text) : new IntOrString(Integer.parseInt(text));
    }

    private static ReplicaSet set(String name, int specified, int available) {
        return new ReplicaSetBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withReplicas(specified)
                .endSpec()
                .withNewStatus()
                .withReplicas(specified)
                .withAvailableReplicas(available)
                .endStatus()
                .build();
    }

    @ParameterizedTest
    @CsvSource({
        // replicas, surge, unavailable; new: specified, available; old: specified, available; then new and old sizes
        "1, 25%, 25%, 0, 0, 1, 1, 1, 1",
        "1, 25%, 25%, 1, 0, 1, 1, 1, 1",
        "1, 25%, 25%, 1, 1, 1, 1, 1, 0",
        "4, 25%, 25%, 0, 0, 4, 4, 1, 4",
        "4, 25%, 25%, 1, 0, 4, 4, 1, 3",
        "4, 25%, 25%, 1, 0, 3, 3, 2, 3",
        "4, 0, 1, 0, 0, 4, 4, 0, 3",
        "4, 1, 0, 1, 1, 4, 4, 1, 3",
        "10, 30%, 20%, 3, 0, 10, 10, 3, 8",
        "3, 1, 1, 3, 3, 0, 0, 3, 0",
        "3, 1, 1, 5, 5, 0, 0, 3, 0",
        "3, 1, 0, 1, 0, 3, 0, 1, 3"
    })
    void rollingUpdateTakesOneStep(
            int replicas,
            String surge,
            String unavailable,
            int fresh,
            int freshUp,
            int old,
            int oldUp,
            int newSize,
            int oldSize) {
        Rollout rollout = new Rollout(
                deployment(replicas, surge, unavailable), set("new", fresh, freshUp), List.of(set("old", old, oldUp)));
        Map<String, Integer> sizes = rollout.sizes(0);
        assertThat(sizes.getOrDefault("new", fresh)).as("new").isEqualTo(newSize);
        assertThat(sizes.getOrDefault("old", old)).as("old").isEqualTo(oldSize);
    }

    @Test
    void recreateWaitsForTheLastOldPod() {
        Deployment deployment = new DeploymentBuilder(deployment(2, "0", "0"))
                .editSpec()
                .editStrategy()
                .withType("Recreate")
                .endStrategy()
                .endSpec()
                .build();
        ReplicaSet fresh = set("new", 0, 0);
        assertThat(new Rollout(deployment, fresh, List.of(set("old", 2, 2))).sizes(2))
                .isEqualTo(Map.of("old", 0));
        assertThat(new Rollout(deployment, fresh, List.of(set("old", 0, 0))).sizes(1))
                .isEmpty();
        assertThat(new Rollout(deployment, fresh, List.of(set("old", 0, 0))).sizes(0))
                .isEqualTo(Map.of("new", 2));
    }

    @Test
    void anAbsentMapIsAnEmptyOneAndTheHashDoesNotCount() {
        PodTemplateSpec plain = new PodTemplateSpecBuilder()
                .withNewMetadata()
                .addToLabels("app", "a")
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .build();
        PodTemplateSpec hashed = new PodTemplateSpecBuilder(plain)
                .editMetadata()
                .addToLabels(Deployments.HASH, "x")
                .withAnnotations(Map.of())
                .endMetadata()
                .build();
        PodTemplateSpec other = new PodTemplateSpecBuilder(plain)
                .editMetadata()
                .addToAnnotations("a", "b")
                .endMetadata()
                .build();
        assertThat(Templates.same(plain, hashed)).isTrue();
        assertThat(Templates.same(plain, other)).isFalse();
        assertThat(NameSuffix.of(plain, 0)).isEqualTo(NameSuffix.of(hashed, 0)).isNotEqualTo(NameSuffix.of(plain, 1));
    }
}
