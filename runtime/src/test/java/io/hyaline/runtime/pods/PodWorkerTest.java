package io.hyaline.runtime.pods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.hyaline.linux.Command;
import io.hyaline.runtime.net.NodeNet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("netns")
class PodWorkerTest {

    @TempDir
    Path state;

    private TestNode cluster;
    private NodeNet node;

    @BeforeEach
    void start() {
        cluster = new TestNode(state);
        node = cluster.fabric.addNode(1);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private PodWorker run(Pod pod) {
        return run(pod, node);
    }

    private PodWorker run(Pod pod, NodeNet on) {
        PodWorker worker = new PodWorker(cluster.context(on), pod);
        worker.start();
        return worker;
    }

    private void awaitPhase(Pod pod, String phase) {
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> assertThat(cluster.status(pod).getPhase()).isEqualTo(phase));
    }

    private static void end(PodWorker worker) throws Exception {
        worker.objectGone();
        worker.done().get(20, TimeUnit.SECONDS);
    }

    private String exec(PodWorker worker, String container, String... command) {
        var running = (ContainerSlot.State.Running) worker.slot(container).state;
        List<String> argv = new ArrayList<>(running.run().entry());
        argv.addAll(List.of(command));
        return Command.of(argv).check();
    }

    private String log(Pod pod, String container, int run) throws IOException {
        Path file = state.resolve("pods/" + pod.getMetadata().getUid() + "/" + container + "/" + run + ".log");
        return Files.exists(file) ? Files.readString(file) : "";
    }

    @Test
    void runsToItsEndAndTellsHow() throws Exception {
        Pod pod = TestNode.pod("once", """
                restartPolicy: Never
                containers:
                - name: good
                  image: busybox
                  command: [sh, -c, "echo hello; echo oops >&2"]
                - name: bad
                  image: busybox
                  command: [sh, -c, "exit 3"]
                """);
        PodWorker worker = run(pod);
        awaitPhase(pod, "Failed");
        assertThat(log(pod, "good", 0)).containsPattern("Z stdout F hello\n").containsPattern("Z stderr F oops\n");
        var statuses = cluster.status(pod).getContainerStatuses();
        assertThat(statuses.get(0).getState().getTerminated().getReason()).isEqualTo("Completed");
        assertThat(statuses.get(1).getState().getTerminated().getExitCode()).isEqualTo(3);
        end(worker);
        assertThat(state.resolve("pods/uid-once")).doesNotExist();
    }

    @Test
    void readinessOfAnEarlierLifeIsWithdrawnFirst() throws Exception {
        Pod pod = new PodBuilder(TestNode.pod("old", """
                        containers:
                        - {name: main, image: nobody/knows/this}
                        """))
                .withNewStatus()
                .withPhase("Running")
                .addNewCondition()
                .withType("Ready")
                .withStatus("True")
                .endCondition()
                .addNewContainerStatus()
                .withName("main")
                .withReady(true)
                .withRestartCount(2)
                .withNewState()
                .withNewRunning("2026-01-01T00:00:00Z")
                .endState()
                .endContainerStatus()
                .endStatus()
                .build();

        PodWorker worker = run(pod);
        worker.takenOver().get(20, TimeUnit.SECONDS);

        var status = cluster.status(pod);
        assertThat(status.getConditions())
                .filteredOn(c -> c.getType().equals("Ready"))
                .singleElement()
                .satisfies(c -> assertThat(c.getStatus()).isEqualTo("False"));
        var container = status.getContainerStatuses().getFirst();
        assertThat(container.getReady()).isFalse();
        assertThat(container.getRestartCount()).isEqualTo(3);
        assertThat(container.getLastState().getTerminated().getReason()).isEqualTo("ContainerStatusUnknown");
        end(worker);
    }

    @Test
    void containersShareNetworkAndHostnameButNotFiles() throws Exception {
        cluster.configMaps.put(
                "settings", new ConfigMapBuilder().addToData("a.txt", "alpha").build());
        Pod pod = TestNode.pod("two", """
                hostname: box
                volumes:
                - name: settings
                  configMap: {name: settings}
                - name: scratch
                  emptyDir: {medium: Memory}
                - name: token
                  projected: {sources: [{serviceAccountToken: {path: token}}]}
                containers:
                - name: one
                  image: busybox
                  command: [sh, -c, "echo mine > /own; echo shared > /scratch/f; sleep 1000"]
                  env: [{name: GREETING, value: "hi $(WHO)"}, {name: IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}]
                  volumeMounts:
                  - {name: scratch, mountPath: /scratch}
                  - {name: token, mountPath: /var/run/secrets/tokens, readOnly: true}
                - name: two
                  image: busybox
                  command: [sleep, "1000"]
                  securityContext: {runAsUser: 1000, runAsGroup: 1001}
                  volumeMounts:
                  - {name: settings, mountPath: /etc/settings}
                  - {name: scratch, mountPath: /scratch}
                """);
        PodWorker worker = run(pod);
        awaitPhase(pod, "Running");
        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(cluster.status(pod).getConditions())
                        .anyMatch(c ->
                                c.getType().equals("Ready") && c.getStatus().equals("True")));
        assertThat(exec(worker, "one", "sh", "-c", "cat /own; hostname; echo $GREETING $IP"))
                .isEqualTo("mine\nbox\nhi $(WHO) 172.20.1.2\n");
        assertThat(exec(worker, "one", "cat", "/var/run/secrets/tokens/token")).isEqualTo("token-of-two");
        assertThat(exec(worker, "two", "cat", "/etc/settings/a.txt", "/scratch/f"))
                .isEqualTo("alphashared\n");
        assertThat(exec(worker, "two", "sh", "-c", "id -u; id -g; test -e /own || echo none; ls /root /tmp; pwd"))
                .isEqualTo("1000\n1001\nnone\n/root:\n\n/tmp:\n/\n");
        assertThat(exec(
                        worker,
                        "one",
                        "sh",
                        "-c",
                        "grep -c . /proc/self/mounts >/dev/null; grep CapBnd /proc/self/status"))
                .isEqualTo("CapBnd:\t00000000800405fb\n");
        assertThat(exec(worker, "one", "grep", "box", "/etc/hosts")).isEqualTo("172.20.1.2\tbox\n");
        assertThat(exec(worker, "one", "cat", "/etc/resolv.conf")).startsWith("search default.svc.cluster.local ");
        end(worker);
        assertThat(Command.of("ip", "-o", "link").check(node.thread(), node.namespace()))
                .doesNotContain("pod1");
    }

    @Test
    void initContainersRunInOrderAndSidecarsOutliveThem() throws Exception {
        Pod pod = TestNode.pod("ordered", """
                restartPolicy: Never
                volumes: [{name: v, emptyDir: {}}]
                initContainers:
                - {name: first, image: busybox, command: [sh, -c, "echo 1 >> /v/order"], volumeMounts: [{name: v, mountPath: /v}]}
                - name: side
                  image: busybox
                  restartPolicy: Always
                  command: [sh, -c, "echo 2 >> /v/order; sleep 1000"]
                  volumeMounts: [{name: v, mountPath: /v}]
                  startupProbe: {exec: {command: [grep, -q, "2", /v/order]}, periodSeconds: 1}
                - {name: second, image: busybox, command: [sh, -c, "echo 3 >> /v/order"], volumeMounts: [{name: v, mountPath: /v}]}
                containers:
                - {name: main, image: busybox, command: [cat, /v/order], volumeMounts: [{name: v, mountPath: /v}]}
                """);
        PodWorker worker = run(pod);
        awaitPhase(pod, "Succeeded");
        assertThat(log(pod, "main", 0).lines().map(l -> l.substring(l.length() - 1)))
                .containsExactly("1", "2", "3");
        end(worker);
    }

    @Test
    void aDeletedPodGetsItsTimeToEnd() throws Exception {
        Pod pod = TestNode.pod("graceful", """
                containers:
                - name: main
                  image: busybox
                  command: [sh, -c, "trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.05; done"]
                """);
        PodWorker worker = run(pod);
        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(log(pod, "main", 0)).contains("up"));
        Pod deleted = new PodBuilder(pod)
                .editMetadata()
                .withDeletionTimestamp("2026-01-01T00:00:00Z")
                .withDeletionGracePeriodSeconds(20L)
                .endMetadata()
                .build();
        worker.update(deleted);
        worker.done().get(20, TimeUnit.SECONDS);
        assertThat(cluster.removed).containsExactly("graceful");
        assertThat(cluster.status(pod)
                        .getContainerStatuses()
                        .getFirst()
                        .getState()
                        .getTerminated()
                        .getExitCode())
                .isZero();
    }

    @Test
    void restartsAtOnceThenBacksOff() throws Exception {
        Pod pod = TestNode.pod(
                "crashing", "containers: [{name: main, image: busybox, command: [sh, -c, \"echo run; exit 1\"]}]");
        PodWorker worker = run(pod);
        await().ignoreExceptions().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            var status = cluster.status(pod).getContainerStatuses().getFirst();
            assertThat(status.getRestartCount()).isEqualTo(1);
            assertThat(status.getState().getWaiting().getReason()).isEqualTo("CrashLoopBackOff");
        });
        assertThat(log(pod, "main", 1)).contains("run");
        end(worker);
    }

    @Test
    void whatAContainerLeavesRunningEndsWithIt() throws Exception {
        Pod pod = TestNode.pod("leaving", """
                restartPolicy: Never
                containers:
                - {name: main, image: busybox, command: [sh, -c, "sleep 7771 & sleep 0.3; exit 1"]}
                - {name: other, image: busybox, command: [sleep, "7772"]}
                """);
        PodWorker worker = run(pod);
        await().ignoreExceptions().untilAsserted(() -> {
            assertThat(worker.slot("main").terminated()).isTrue();
            assertThat(worker.slot("other").running()).isTrue();
            String processes = exec(worker, "other", "ps", "ax", "-o", "args");
            assertThat(processes).contains("sleep 7772").doesNotContain("sleep 7771");
        });
        end(worker);
    }

    @Test
    void anUnknownImageSaysWhatToDo() throws Exception {
        Pod pod = TestNode.pod("unknown", "containers: [{name: main, image: example.com/nothing:1}]");
        PodWorker worker = run(pod);
        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(cluster.status(pod)
                                .getContainerStatuses()
                                .getFirst()
                                .getState()
                                .getWaiting()
                                .getMessage())
                        .contains("example.com/nothing:1")
                        .contains("images.yaml"));
        end(worker);
    }

    @Test
    void podsOfTwoNodesReachEachOtherUnderTheirOwnAddresses() throws Exception {
        NodeNet other = cluster.fabric.addNode(2);
        Pod server = TestNode.pod("server", """
                containers:
                - name: main
                  image: busybox
                  command: [socat, "TCP-LISTEN:80,fork,reuseaddr", "SYSTEM:echo $SOCAT_PEERADDR"]
                  readinessProbe: {tcpSocket: {port: 80}, periodSeconds: 1}
                """);
        Pod client = TestNode.pod("client", "containers: [{name: main, image: busybox, command: [sleep, \"1000\"]}]");
        PodWorker serving = run(server, other);
        PodWorker calling = run(client);
        awaitPhase(client, "Running");
        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(cluster.status(server).getConditions())
                        .anyMatch(c ->
                                c.getType().equals("Ready") && c.getStatus().equals("True")));
        String answer = exec(calling, "main", "socat", "-", "TCP:172.20.2.2:80");
        assertThat(answer).isEqualTo("172.20.1.2\n");
        end(serving);
        end(calling);
    }
}
