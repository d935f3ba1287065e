package io.hyaline.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.hyaline.linux.Command;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Deployments, services, names and restarts on two nodes, against the real API server. */
@Tag("cluster")
class ClusterRuntimeTest {

    private static final String ECHO = """
            apiVersion: v1
            kind: Service
            metadata: {name: echo}
            spec: {clusterIP: 10.96.7.1, selector: {app: echo}, ports: [{name: tcp, port: 8000, targetPort: own}]}
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: echo}
            spec:
              replicas: 2
              selector: {matchLabels: {app: echo}}
              template:
                metadata: {labels: {app: echo}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                  - name: echo
                    image: busybox
                    command: [socat, "TCP-LISTEN:8080,fork,reuseaddr", "SYSTEM:echo $HOSTNAME $SOCAT_PEERADDR"]
                    ports: [{name: own, containerPort: 8080}]
                    readinessProbe: {tcpSocket: {port: own}, periodSeconds: 1}
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: client}
            spec:
              selector: {matchLabels: {app: client}}
              template:
                metadata: {labels: {app: client}}
                spec:
                  terminationGracePeriodSeconds: 0
                  containers: [{name: client, image: curlimages/curl, command: [sleep, infinity]}]
            """;

    @TempDir
    Path directory;

    private TestCluster cluster;

    @BeforeEach
    void start() {
        cluster = new TestCluster(directory);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private static ConditionFactory soon() {
        return await().ignoreExceptions().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(100));
    }

    private void awaitAvailable(String deployment, int replicas) {
        soon().untilAsserted(() -> {
            var found = cluster.client
                    .apps()
                    .deployments()
                    .inNamespace("default")
                    .withName(deployment)
                    .get();
            assertThat(found.getStatus().getObservedGeneration())
                    .isEqualTo(found.getMetadata().getGeneration());
            assertThat(found.getStatus().getAvailableReplicas()).isEqualTo(replicas);
            assertThat(found.getStatus().getUpdatedReplicas()).isEqualTo(replicas);
            assertThat(found.getStatus().getReplicas()).isEqualTo(replicas);
        });
    }

    @Test
    void servicesKeepTheCallersAddressAndReachBothNodes() {
        cluster.apply(ECHO);
        awaitAvailable("echo", 2);
        awaitAvailable("client", 1);
        List<Pod> servers = cluster.pods("echo");
        assertThat(servers).extracting(p -> p.getSpec().getNodeName()).containsExactlyInAnyOrder("node-1", "node-2");
        Pod client = cluster.readyPod("client");
        String address = client.getStatus().getPodIP();
        soon().untilAsserted(() -> {
            StringBuilder answers = new StringBuilder();
            for (int i = 0; i < 12; i++) {
                answers.append(cluster.exec(client, "client", "socat", "-", "TCP:echo:8000")
                        .output());
            }
            assertThat(answers.toString().lines()).allMatch(line -> line.endsWith(" " + address));
            servers.forEach(
                    server -> assertThat(answers).contains(server.getMetadata().getName()));
        });
        Pod server = servers.getFirst();
        String self = cluster.exec(server, "echo", "sh", "-c", "for i in 1 2 3 4 5 6; do socat - TCP:echo:8000; done")
                .output();
        assertThat(self.lines()).hasSize(6);
    }

    @Test
    void namesResolveAndTheRestDoesNot() {
        cluster.apply(ECHO);
        awaitAvailable("client", 1);
        Pod client = cluster.readyPod("client");
        soon().untilAsserted(() -> assertThat(cluster.exec(client, "client", "getent", "hosts", "echo")
                        .output())
                .startsWith("10.96.7.1"));
        assertThat(cluster.exec(client, "client", "getent", "hosts", "kubernetes.default")
                        .output())
                .startsWith("10.96.0.1 ");
        assertThat(cluster.exec(client, "client", "getent", "hosts", "example.com")
                        .exitCode())
                .isEqualTo(2);
        Command.Result nobody = cluster.exec(client, "client", "curl", "-sS", "-m", "3", "http://10.96.9.9/");
        assertThat(nobody.exitCode()).as(nobody.output()).isEqualTo(7);
        Command.Result world = cluster.exec(client, "client", "curl", "-sS", "-m", "3", "http://192.0.2.1/");
        assertThat(world.exitCode()).as(world.output()).isEqualTo(7);
    }

    @Test
    void aChangedTemplateReplacesPods() {
        cluster.apply(ECHO);
        awaitAvailable("echo", 2);
        List<String> before = cluster.pods("echo").stream()
                .map(p -> p.getMetadata().getName())
                .toList();
        cluster.client
                .apps()
                .deployments()
                .inNamespace("default")
                .withName("echo")
                .edit(d -> {
                    d.getSpec().getTemplate().getMetadata().setAnnotations(Map.of("changed", "yes"));
                    return d;
                });
        awaitAvailable("echo", 2);
        assertThat(cluster.pods("echo"))
                .extracting(p -> p.getMetadata().getName())
                .doesNotContainAnyElementsOf(before);
        assertThat(cluster.client.apps().replicaSets().inNamespace("default").list().getItems().stream()
                        .filter(s -> s.getMetadata().getName().startsWith("echo-")))
                .hasSize(2);
    }

    @Test
    void podsRunAgainAfterTheNodesWereStopped() {
        cluster.apply(ECHO);
        awaitAvailable("client", 1);
        String name = cluster.readyPod("client").getMetadata().getName();
        cluster.stopRuntime();
        cluster.startRuntime();
        soon().untilAsserted(() -> {
            Pod pod = cluster.readyPod("client");
            PodStatus status = pod.getStatus();
            assertThat(pod.getMetadata().getName()).isEqualTo(name);
            assertThat(status.getContainerStatuses().getFirst().getRestartCount())
                    .isEqualTo(1);
            assertThat(cluster.exec(pod, "client", "echo", "hi").output()).isEqualTo("hi\n");
        });
    }

    @Test
    void nodesThatAreNoMoreTakeTheirPodsAlong() {
        cluster.stopRuntime();
        cluster.apply("""
                apiVersion: v1
                kind: Node
                metadata: {name: node-9, annotations: {hyaline.io/agent: "unix:///nowhere"}}
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: lost, labels: {app: lost}}
                spec:
                  nodeName: node-9
                  containers: [{name: c, image: busybox, command: [sleep, "9"]}]
                """);
        cluster.startRuntime();
        assertThat(cluster.pods("lost")).isEmpty();
        assertThat(cluster.client.nodes().list().getItems())
                .extracting(n -> n.getMetadata().getName())
                .containsExactlyInAnyOrder("node-1", "node-2");
    }

    @Test
    void aPodThatFitsNowhereSaysSo() {
        cluster.apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: picky, labels: {app: picky}}
                spec:
                  nodeSelector: {disk: fast}
                  containers: [{name: c, image: busybox, command: [sleep, "9"]}]
                """);
        soon().untilAsserted(() -> assertThat(
                        cluster.pods("picky").getFirst().getStatus().getConditions())
                .anySatisfy(c -> assertThat(c.getMessage())
                        .isEqualTo("0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector.")));
    }
}
