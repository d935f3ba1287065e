package io.hyaline.it.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("netns")
final class KubectlLogsTest {

    private StreamsFixture cluster;

    @BeforeEach
    void start(@TempDir Path directory) {
        cluster = new StreamsFixture(directory);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private String logs(String... options) {
        String[] all = new String[options.length + 4];
        System.arraycopy(new String[] {"logs", "box", "-c", "main"}, 0, all, 0, 4);
        System.arraycopy(options, 0, all, 4, options.length);
        StreamsFixture.Result result = cluster.kubectl(all);
        assertThat(result.code()).as(result.err()).isZero();
        return result.out();
    }

    @Test
    void showsWhatIsAskedFor() {
        cluster.pod.write("01", "F", "one");
        cluster.pod.write("02", "P", "tw");
        cluster.pod.write("03", "F", "o");
        cluster.pod.rotate();
        cluster.pod.write("04", "F", "three");

        assertThat(logs()).isEqualTo("one\ntwo\nthree\n");
        assertThat(logs("--tail=1")).isEqualTo("three\n");
        assertThat(logs("--tail=2")).isEqualTo("o\nthree\n");
        assertThat(logs("--tail=0")).isEmpty();
        assertThat(logs("--tail=99")).isEqualTo("one\ntwo\nthree\n");
        assertThat(logs("--limit-bytes=5")).isEqualTo("one\nt");
        assertThat(logs("--since-time=2026-11-23T12:00:04Z")).isEqualTo("three\n");
        assertThat(logs("--timestamps", "--tail=1")).isEqualTo("2026-11-23T12:00:04.000000001Z three\n");
        assertThat(cluster.kubectl("logs", "box", "-c", "main", "--previous").err())
                .contains("previous terminated container \"main\" in pod \"box\" not found");
        assertThat(cluster.kubectl("logs", "box", "-c", "nobody").err())
                .contains("container nobody is not valid for pod box");
    }

    @Test
    void followsAcrossARotationToTheEndOfTheContainer() throws Exception {
        cluster.pod.write("01", "F", "one");
        Process kubectl = cluster.start("logs", "-f", "box", "-c", "main");
        BufferedReader out = kubectl.inputReader();
        assertThat(out.readLine()).isEqualTo("one");
        cluster.pod.write("02", "F", "two");
        assertThat(out.readLine()).isEqualTo("two");
        cluster.pod.write("03", "F", "three");
        cluster.pod.rotate();
        cluster.pod.write("04", "F", "four");
        assertThat(out.readLine()).isEqualTo("three");
        assertThat(out.readLine()).isEqualTo("four");
        cluster.pod.write("05", "F", "five");
        cluster.pod.end();

        assertThat(out.readLine()).isEqualTo("five");
        assertThat(out.readLine()).isNull();
        assertThat(kubectl.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(kubectl.exitValue()).isZero();
    }

    @Test
    void aLogOfManyMegabytesArrivesWhole() {
        String line = "x".repeat(1000);
        for (int i = 0; i < 8000; i++) {
            cluster.pod.write("10", "F", line);
        }

        assertThat(logs()).hasSize(8000 * 1001);
    }
}
