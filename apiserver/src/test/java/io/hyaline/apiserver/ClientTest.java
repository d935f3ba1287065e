package io.hyaline.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** fabric8's client and its informers. */
final class ClientTest {
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
    void informerSeesWhatWasThereAndWhatHappens() {
        fixture.client
                .configMaps()
                .inNamespace("default")
                .resource(map("before", "1"))
                .create();
        List<String> events = new CopyOnWriteArrayList<>();
        try (SharedIndexInformer<ConfigMap> _ =
                fixture.client.configMaps().inNamespace("default").inform(new Recorder(events))) {
            await().until(() -> events.contains("add before"));
            fixture.client
                    .configMaps()
                    .inNamespace("default")
                    .resource(map("after", "1"))
                    .create();
            await().until(() -> events.contains("add after"));
            fixture.client
                    .configMaps()
                    .inNamespace("default")
                    .resource(map("after", "2"))
                    .update();
            await().until(() -> events.contains("update after 1 to 2"));
            fixture.client.configMaps().inNamespace("default").withName("after").delete();
            await().until(() -> events.contains("delete after"));
        }
    }

    @Test
    void updateOfAnOldRevisionIsAConflict() {
        ConfigMap old = fixture.client
                .configMaps()
                .inNamespace("default")
                .resource(map("contested", "1"))
                .create();
        fixture.client
                .configMaps()
                .inNamespace("default")
                .resource(map("contested", "2"))
                .update();
        old.setData(java.util.Map.of("value", "3"));
        Assertions.assertThatThrownBy(
                        () -> fixture.client.resource(old).lockResourceVersion().update())
                .isInstanceOfSatisfying(
                        KubernetesClientException.class,
                        e -> assertThat(e.getCode()).isEqualTo(409));
    }

    @Test
    void statusAndSpecAreWrittenSeparately() {
        Pod pod = new PodBuilder()
                .withNewMetadata()
                .withName("split")
                .withNamespace("default")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("c")
                .withImage("i")
                .endContainer()
                .endSpec()
                .build();
        fixture.client.resource(pod).create();
        Pod changed = fixture.client
                .pods()
                .inNamespace("default")
                .withName("split")
                .editStatus(one -> new PodBuilder(one)
                        .withNewStatus()
                        .withPhase("Running")
                        .withPodIP("10.1.1.1")
                        .endStatus()
                        .build());
        assertThat(changed.getStatus().getPhase()).isEqualTo("Running");
        assertThat(fixture.client
                        .pods()
                        .inNamespace("default")
                        .withField("status.phase", "Running")
                        .list()
                        .getItems())
                .extracting(one -> one.getMetadata().getName())
                .contains("split");
    }

    @Test
    void aMissingNamespaceIsNotFound() {
        Assertions.assertThatThrownBy(() -> fixture.client
                        .configMaps()
                        .inNamespace("nowhere")
                        .resource(map("m", "1"))
                        .create())
                .isInstanceOfSatisfying(
                        KubernetesClientException.class,
                        e -> assertThat(e.getCode()).isEqualTo(404));
    }

    private static ConfigMap map(String name, String value) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .endMetadata()
                .addToData("value", value)
                .build();
    }

    private record Recorder(List<String> events) implements ResourceEventHandler<ConfigMap> {
        @Override
        public void onAdd(ConfigMap map) {
            events.add("add " + map.getMetadata().getName());
        }

        @Override
        public void onUpdate(ConfigMap old, ConfigMap map) {
            events.add("update " + map.getMetadata().getName() + " "
                    + old.getData().get("value") + " to " + map.getData().get("value"));
        }

        @Override
        public void onDelete(ConfigMap map, boolean unknown) {
            events.add("delete " + map.getMetadata().getName());
        }
    }
}
