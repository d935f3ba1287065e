package io.hyaline.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Owners, finalizers, namespaces, and pods that end gracefully. */
final class CollectionTest {
    private static ServerFixture fixture;

    @BeforeAll
    static void start() {
        fixture = ServerFixture.start();
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @Test
    void dependentsFollowTheirOwner() {
        ConfigMap owner = create("bg-owner", null);
        ConfigMap child = create("bg-child", owner);
        create("bg-grandchild", child);
        map("bg-owner").delete();
        await().until(() ->
                map("bg-child").get() == null && map("bg-grandchild").get() == null);
    }

    @Test
    void ownerWaitsForItsDependentsInTheForeground() {
        ConfigMap owner = create("fg-owner", null);
        create("fg-child", owner);
        map("fg-child")
                .edit(one -> new ConfigMapBuilder(one)
                        .editMetadata()
                        .addToFinalizers("test/hold")
                        .endMetadata()
                        .build());
        map("fg-owner").withPropagationPolicy(DeletionPropagation.FOREGROUND).delete();
        await().until(() -> map("fg-child").get().getMetadata().getDeletionTimestamp() != null);
        assertThat(map("fg-owner").get().getMetadata().getFinalizers()).containsExactly("foregroundDeletion");
        map("fg-child")
                .edit(one -> new ConfigMapBuilder(one)
                        .editMetadata()
                        .withFinalizers(List.of())
                        .endMetadata()
                        .build());
        await().until(() -> map("fg-owner").get() == null && map("fg-child").get() == null);
    }

    @Test
    void orphansLoseTheirReference() {
        ConfigMap owner = create("or-owner", null);
        create("or-child", owner);
        map("or-owner").withPropagationPolicy(DeletionPropagation.ORPHAN).delete();
        await().until(() -> map("or-owner").get() == null);
        await().until(() ->
                map("or-child").get().getMetadata().getOwnerReferences().isEmpty());
    }

    @Test
    void childOfAnOwnerThatIsGoneDoesNotLive() {
        ConfigMap owner = create("dead-owner", null);
        map("dead-owner").delete();
        create("late-child", owner);
        await().until(() -> map("late-child").get() == null);
    }

    @Test
    void finalizerHoldsAnObject() {
        fixture.client
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("held")
                        .withNamespace("default")
                        .withFinalizers("test/hold")
                        .endMetadata()
                        .build())
                .create();
        map("held").delete();
        assertThat(map("held").get().getMetadata().getDeletionTimestamp()).isNotNull();
        map("held")
                .edit(one -> new ConfigMapBuilder(one)
                        .editMetadata()
                        .withFinalizers(List.of())
                        .endMetadata()
                        .build());
        assertThat(map("held").get()).isNull();
    }

    @Test
    void namespaceTakesItsContentsAlong() {
        fixture.kubectl.run("create", "namespace", "doomed");
        fixture.kubectl.run("-n", "doomed", "create", "configmap", "a");
        fixture.kubectl.run("-n", "doomed", "create", "service", "clusterip", "b", "--tcp=80");
        fixture.kubectl.run("delete", "namespace", "doomed");
        assertThat(fixture.client.configMaps().inNamespace("doomed").list().getItems())
                .isEmpty();
        assertThat(fixture.client.namespaces().withName("doomed").get()).isNull();
        assertThat(fixture.kubectl.fails("delete", "namespace", "kube-system"))
                .contains("this namespace may not be deleted");
    }

    @Test
    void boundPodWaitsForItsNode() {
        fixture.client
                .resource(new NodeBuilder()
                        .withNewMetadata()
                        .withName("n1")
                        .endMetadata()
                        .build())
                .create();
        pod("bound", "n1");
        Resource<Pod> bound = fixture.client.pods().inNamespace("default").withName("bound");
        bound.delete();
        assertThat(bound.get().getMetadata().getDeletionGracePeriodSeconds()).isEqualTo(30);
        assertThat(fixture.kubectl.run("get", "pod", "bound")).contains("Terminating");
        bound.withGracePeriod(0).delete();
        assertThat(bound.get()).isNull();
    }

    @Test
    void podWithoutANodeGoesAtOnce() {
        pod("unbound", null);
        fixture.client.pods().inNamespace("default").withName("unbound").delete();
        assertThat(fixture.client
                        .pods()
                        .inNamespace("default")
                        .withName("unbound")
                        .get())
                .isNull();
    }

    private static void pod(String name, String node) {
        fixture.client
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace("default")
                        .endMetadata()
                        .withNewSpec()
                        .withNodeName(node)
                        .addNewContainer()
                        .withName("c")
                        .withImage("i")
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
    }

    private static Resource<ConfigMap> map(String name) {
        return fixture.client.configMaps().inNamespace("default").withName(name);
    }

    private static ConfigMap create(String name, ConfigMap owner) {
        ConfigMapBuilder builder = new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .endMetadata();
        if (owner != null) {
            builder.editMetadata()
                    .withOwnerReferences(new OwnerReferenceBuilder()
                            .withApiVersion("v1")
                            .withKind("ConfigMap")
                            .withName(owner.getMetadata().getName())
                            .withUid(owner.getMetadata().getUid())
                            .withBlockOwnerDeletion(true)
                            .build())
                    .endMetadata();
        }
        return fixture.client.resource(builder.build()).create();
    }
}
