package io.hyaline.runtime.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadyCountsTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0, false",
        "1, 1, 1, false",
        "1, 1, 0, true",
        "2, 2, 1, true",
        "0, 1, 0, true",
        "0, 0, 2, false",
    })
    void aDeploymentMayNotClaimMoreThanItsPods(int ready, int available, int readyPods, boolean wrong) {
        Deployment deployment = new DeploymentBuilder()
                .withMetadata(named("web", ""))
                .withNewStatus()
                .withReadyReplicas(ready)
                .withAvailableReplicas(available)
                .endStatus()
                .build();
        ReplicaSet set =
                new ReplicaSetBuilder().withMetadata(named("web-1", "web")).build();
        List<Pod> pods = new ArrayList<>(List.of(pod("web-1-down", "web-1", "False"), pod("other", "else", "True")));
        for (int i = 0; i < readyPods; i++) {
            pods.add(pod("web-1-" + i, "web-1", "True"));
        }

        assertThat(ReadyCounts.overstated(List.of(deployment), List.of(set), pods))
                .isEqualTo(wrong ? Optional.of("deployment default/web") : Optional.empty());
    }

    private static Pod pod(String name, String owner, String ready) {
        return new PodBuilder()
                .withMetadata(named(name, owner))
                .withNewStatus()
                .addNewCondition()
                .withType("Ready")
                .withStatus(ready)
                .endCondition()
                .endStatus()
                .build();
    }

    private static ObjectMeta named(String name, String owner) {
        ObjectMetaBuilder meta =
                new ObjectMetaBuilder().withNamespace("default").withName(name).withUid("uid-" + name);
        return owner.isEmpty()
                ? meta.build()
                : meta.addNewOwnerReference()
                        .withUid("uid-" + owner)
                        .withController(true)
                        .endOwnerReference()
                        .build();
    }
}
