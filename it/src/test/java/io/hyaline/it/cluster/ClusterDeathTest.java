package io.hyaline.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.testkit.Eventually;
import io.hyaline.testkit.Output;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The death of the cluster's own processes by SIGKILL, while pods run and objects are written: nothing of it is left on the host, and
 * the next {@code up} goes on with every object whose writing was acknowledged.
 */
@Tag("cluster")
final class ClusterDeathTest {

    /** What a cluster could leave behind in the host's network namespace and on its file systems; br0 is the test's own. */
    private static final String TRACES = """
            { ip -o link | sed 's/^[0-9]*: //'; ip -o address | sed 's/^[0-9]*: //'
            for family in -4 -6; do ip $family rule; ip $family route show table all; done
            nft list ruleset; lsns -n -t net -o NPROCS | wc -l; sort /proc/self/mounts; } | grep -v br0
            """;

    private static ClusterFixture cluster;
    private static String before;

    @BeforeAll
    static void up() {
        ClusterFixture.prepareImages();
        cluster = ClusterFixture.empty();
        before = traces();
        cluster.up();
        cluster.kubectl("apply", "-f", ClusterFixture.ROOT + "/samples/httpbin.yaml");
        cluster.kubectl("apply", "-f", ClusterFixture.ROOT + "/samples/sleep.yaml");
        podsAnswer();
    }

    @AfterAll
    static void down() {
        cluster.close();
    }

    @Test
    void theDeathOfTheInitTakesEverythingAlong() {
        survives(init());
    }

    @Test
    void theDeathOfTheMainProcessTakesEverythingAlong() {
        survives(init().children()
                .filter(p -> commandLine(p).contains("\0cluster\0"))
                .findFirst()
                .orElseThrow());
    }

    private static void survives(ProcessHandle victim) {
        ProcessHandle holder = holder();
        List<ProcessHandle> family =
                Stream.concat(Stream.of(holder), holder.descendants()).toList();
        assertThat(family).hasSizeGreaterThan(5).contains(victim);
        assertThat(traces()).isNotEqualTo(before);
        Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> write("by-" + victim.pid(), acknowledged));
        Eventually.holds("some writes", () -> acknowledged.size() >= 2);

        victim.destroyForcibly();

        Eventually.holds("every process ends", () -> family.stream().allMatch(ClusterDeathTest::hasEnded));
        Eventually.passes(
                "the kernel takes back the rest", () -> assertThat(traces()).isEqualTo(before));
        writer.join();

        cluster.up();
        String claimed = cluster.kubectl("get", "deploy", "-o", "jsonpath={.items[*].status.readyReplicas}");
        String ready = cluster.kubectl(
                "get", "pods", "-o", "jsonpath={.items[*].status.conditions[?(@.type==\"Ready\")].status}");
        assertThat(claimed.chars().filter(c -> c == '1').count())
                .as("what Deployments say (%s) of pods that are ready (%s)", claimed, ready)
                .isLessThanOrEqualTo(List.of(ready.split(" ")).stream()
                        .filter("True"::equals)
                        .count());
        assertThat(cluster.kubectl("get", "configmaps", "-o", "name").lines()).containsAll(acknowledged);
        podsAnswer();
    }

    private static void podsAnswer() {
        for (String app : List.of("httpbin", "sleep")) {
            cluster.kubectl("rollout", "status", "deploy/" + app, "--timeout=120s");
        }
        Eventually.holds(
                "an answer",
                () -> cluster.tryKubectl(
                                "exec",
                                "deploy/sleep",
                                "-c",
                                "sleep",
                                "--",
                                "curl",
                                "-s",
                                "-m",
                                "10",
                                "http://httpbin:8000/ip")
                        .out()
                        .contains("127.0.0.6"));
    }

    /** Writes objects until one is refused, which is when the cluster is dead. */
    private static void write(String prefix, Queue<String> acknowledged) {
        for (int i = 0; ; i++) {
            Output written = cluster.tryKubectl("create", "configmap", prefix + "-" + i, "--from-literal=a=b");
            if (written.code() != 0) {
                return;
            }
            acknowledged.add("configmap/" + prefix + "-" + i);
        }
    }

    /** The parent of the cluster's init. */
    private static ProcessHandle holder() {
        return ProcessHandle.allProcesses()
                .filter(p ->
                        commandLine(p).startsWith("unshare\0") && commandLine(p).contains("\0" + cluster.home() + "\0"))
                .findFirst()
                .orElseThrow();
    }

    private static ProcessHandle init() {
        return holder().children().findFirst().orElseThrow();
    }

    /** A zombie has ended too: who inherits it is not the cluster's affair. */
    private static boolean hasEnded(ProcessHandle process) {
        try {
            String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) == 'Z' || !process.isAlive();
        } catch (IOException e) {
            return true;
        }
    }

    private static String traces() {
        return cluster.run("sh", "-c", TRACES).good().out();
    }

    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"));
        } catch (IOException e) {
            return "";
        }
    }
}
