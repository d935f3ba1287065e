package io.hyaline.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.testkit.Eventually;
import io.hyaline.testkit.Output;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Client sidecar and server sidecar, on two nodes, under 64 connections for half a minute in each of the three modes: no request fails,
 * and when the pods are gone the proxies hold what they held before them. Netty's leak detection is paranoid.
 */
@Tag("cluster")
final class LoadTest {

    private static final String HERE = ClusterFixture.ROOT + "/it/src/test/cluster/";
    private static final String FILTER = ClusterFixture.ROOT + "/samples/enable-xff-for-sidecar-inbound.yaml";
    private static final Pattern TOTAL = Pattern.compile("(\\d+) requests in ");
    private static ClusterFixture cluster;

    @BeforeAll
    static void up() {
        cluster = ClusterFixture.startWith(List.of("JAVA_TOOL_OPTIONS=-Dio.netty.leakDetection.level=paranoid"));
        cluster.kubectl("apply", "-f", HERE + "load.yaml");
        for (String app : List.of("redirect", "tproxy", "caller")) {
            cluster.kubectl("rollout", "status", "deploy/" + app, "--timeout=120s");
        }
    }

    @AfterAll
    static void down() {
        cluster.close();
    }

    @AfterEach
    void withoutTheFilter() {
        cluster.kubectl("delete", "--ignore-not-found", "-f", FILTER);
    }

    @ParameterizedTest
    @CsvSource({"redirect, false", "tproxy, false", "redirect, true"})
    void noRequestFails(String server, boolean filter) {
        if (filter) {
            cluster.kubectl("apply", "-f", FILTER);
        }
        String caller = cluster.kubectl("get", "pods", "-l", "app=caller", "-o", "jsonpath={.items[0].status.podIP}")
                .strip();
        String origin = filter || server.equals("tproxy") ? caller : "127.0.0.6";
        Eventually.holds(
                "an answer from " + server + " to " + origin,
                () -> curl(server).out().contains('"' + origin + '"'));

        String report = wrk("30s", server);

        assertThat(report)
                .as(() -> "what the proxies logged:\n" + failures("caller") + failures(server))
                .doesNotContain("Non-2xx")
                .doesNotContain("Socket errors");
        assertThat(requests(report)).as(report).isGreaterThan(64);
    }

    @Test
    void nothingIsLeftWhenThePodsAreGone() {
        List<ProcessHandle> proxies = proxies();
        assertThat(proxies).hasSize(2);
        cluster.kubectl("delete", "-f", HERE + "load.yaml");
        Eventually.holds(
                "the pods are gone",
                () -> cluster.kubectl("get", "pods", "-o", "name").isBlank());
        List<Long> before = proxies.stream().map(LoadTest::sockets).toList();
        List<String> logsBefore = logs(proxies);

        cluster.kubectl("apply", "-f", HERE + "load.yaml");
        for (String app : List.of("redirect", "tproxy", "caller")) {
            cluster.kubectl("rollout", "status", "deploy/" + app, "--timeout=120s");
        }
        for (String server : List.of("redirect", "tproxy")) {
            Eventually.holds("an answer from " + server, () -> curl(server).code() == 0);
            wrk("3s", server);
        }
        assertThat(proxies.stream().map(LoadTest::sockets).toList())
                .as("sockets while the pods are there")
                .isNotEqualTo(before);
        cluster.kubectl("delete", "-f", HERE + "load.yaml");

        Eventually.passes("the proxies hold no more sockets and logs than before the pods", () -> {
            for (int i = 0; i < before.size(); i++) {
                assertThat(sockets(proxies.get(i))).isLessThanOrEqualTo(before.get(i));
            }
            assertThat(logsBefore).containsAll(logs(proxies));
        });
        assertThat(proxies()).as("the same processes").isEqualTo(proxies);
        for (String node : List.of("node-1", "node-2")) {
            assertThat(read(cluster.home().resolve("run/" + node + "/proxy.log")))
                    .contains("Picked up JAVA_TOOL_OPTIONS")
                    .doesNotContain("LEAK");
        }
    }

    private static Output curl(String server) {
        return cluster.tryKubectl(
                "exec",
                "deploy/caller",
                "-c",
                "curl",
                "--",
                "curl",
                "-sf",
                "-m",
                "10",
                "http://" + server + ":8000/ip");
    }

    private static String wrk(String time, String server) {
        return cluster.kubectl(
                "exec",
                "deploy/caller",
                "-c",
                "curl",
                "--",
                "wrk",
                "-t1",
                "-c64",
                "-d" + time,
                "--timeout",
                "20s",
                "http://" + server + ":8000/ip");
    }

    /** The first few log lines of requests that were answered with an error; those that wrk gave up at its end have code 0. */
    private static String failures(String app) {
        return cluster.kubectl("logs", "deploy/" + app, "-c", "istio-proxy", "--tail=-1")
                .lines()
                .filter(l ->
                        l.startsWith("{") && !l.contains("\"response_code\":200") && !l.contains("\"response_code\":0"))
                .limit(3)
                .collect(Collectors.joining("\n", app + ":\n", "\n"));
    }

    private static long requests(String report) {
        Matcher total = TOTAL.matcher(report);
        return total.find() ? Long.parseLong(total.group(1)) : 0;
    }

    private static List<ProcessHandle> proxies() {
        String control = "--node-socket\0" + cluster.home() + "/run/";
        return ProcessHandle.allProcesses()
                .filter(p -> commandLine(p).contains(control))
                .sorted()
                .toList();
    }

    /** From the kernel, because {@link ProcessHandle.Info} leaves long ones out. */
    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"));
        } catch (IOException e) {
            return "";
        }
    }

    private static long sockets(ProcessHandle process) {
        return links(process).filter(l -> l.startsWith("socket:")).count();
    }

    /** The logs of pods that are open: the gateway's stays. */
    private static List<String> logs(List<ProcessHandle> proxies) {
        return proxies.stream()
                .flatMap(LoadTest::links)
                .filter(l -> l.contains("/pods/"))
                .sorted()
                .toList();
    }

    /** Where the process's descriptors point. */
    private static Stream<String> links(ProcessHandle process) {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + process.pid() + "/fd"))) {
            return descriptors.map(LoadTest::target).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return "closed meanwhile";
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
