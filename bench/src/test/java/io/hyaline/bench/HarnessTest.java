package io.hyaline.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The harness around the load generator is Python and has tests of its own; here they are part of the build. */
final class HarnessTest {

    @Test
    void theTestsOfTheHarnessPass() throws IOException, InterruptedException {
        Path bench = Path.of(System.getProperty("hyaline.root", ".."), "bench");
        ProcessBuilder builder = new ProcessBuilder(
                        "python3", "-B", "-m", "unittest", "discover", "-s", "tests", "-t", ".")
                .directory(bench.toFile())
                .redirectErrorStream(true);
        Process tests = builder.start();
        String output = new String(tests.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(tests.waitFor()).as(output).isZero();
        assertThat(output).contains("OK");
    }
}
