package io.hyaline.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("netns")
final class TestNetworkTest {

    @Test
    void hostsReachEachOtherAndNothingElse() {
        try (TestNetwork network = TestNetwork.create()) {
            Host one = network.host("one", "10.77.0.2/24", "fd77::2/64");
            Host two = network.host("two", "10.77.0.3/24", "fd77::3/64");
            two.start("python3", "-u", "-m", "http.server", "--bind", "::", "8000")
                    .awaitLine(line -> line.startsWith("Serving"));

            one.run("curl", "-s", "-m", "5", "http://10.77.0.3:8000/").good();
            one.run("curl", "-s", "-m", "5", "http://[fd77::3]:8000/").good();
            assertThat(one.run("ip", "route", "show", "default").good().out()).isEmpty();
            assertThat(network.command("ip", "route", "show", "default").good().out())
                    .isEmpty();
        }
    }

    @Test
    void leavesNothingBehindWhenClosed() {
        Path file;
        Running sleeper;
        try (TestNetwork network = TestNetwork.create()) {
            Host host = network.host("one");
            file = host.namespaceFile();
            assertThat(file).exists();
            sleeper = host.start("sleep", "1000");
        }
        Path gone = file;
        Eventually.holds("the namespace to go", () -> !Files.exists(gone));
        assertThat(sleeper.waitFor().code()).isNotZero();
    }

    @Test
    void diesWithItsJvm() throws Exception {
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        TestNetworkTest.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        long holder = Long.parseLong(jvm.inputReader().readLine());
        List<ProcessHandle> started = ProcessHandle.of(holder).stream()
                .flatMap(process ->
                        java.util.stream.Stream.concat(java.util.stream.Stream.of(process), process.descendants()))
                .toList();
        assertThat(started).isNotEmpty();

        jvm.destroyForcibly();

        Eventually.holds("every process to end", () -> started.stream().noneMatch(ProcessHandle::isAlive));
    }

    /** The JVM that {@link #diesWithItsJvm()} kills. */
    public static void main(String[] arguments) throws InterruptedException {
        TestNetwork network = TestNetwork.create();
        network.host("one").start("sleep", "1000");
        System.out.println(
                ProcessHandle.current().children().findFirst().orElseThrow().pid());
        Thread.currentThread().join();
    }
}
