package io.hyaline.it.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.it.streams.StreamsFixture.Result;
import io.hyaline.linux.Terminal;
import io.hyaline.testkit.Eventually;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** kubectl exec by both of its protocols. */
@Tag("netns")
final class KubectlExecTest {

    private static StreamsFixture cluster;

    @BeforeAll
    static void start(@TempDir Path directory) {
        cluster = new StreamsFixture(directory);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static Result exec(String protocol, String input, String options, String script) {
        return cluster.run(
                input,
                protocol,
                "exec",
                "box",
                "-c",
                "main",
                "-q=" + options.isEmpty(),
                "-i=" + options.contains("i"),
                "--",
                "sh",
                "-c",
                script);
    }

    @ParameterizedTest
    @ValueSource(strings = {"spdy", "--v=0"})
    void outputAndErrorsAreApartAndTheExitCodeIsTheCommands(String protocol) {
        Result result = exec(protocol, "", "", "hostname; echo $GREETING; echo bad >&2; exit 3");

        assertThat(result.out()).isEqualTo("box\nhello\n");
        assertThat(result.err()).isEqualTo("bad\ncommand terminated with exit code 3\n");
        assertThat(result.code()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"spdy", "--v=0"})
    void inputReachesTheCommandAndEnds(String protocol) {
        Result result = exec(protocol, "one\ntwo\n", "i", "sort -r");

        assertThat(result.out()).isEqualTo("two\none\n");
        assertThat(result.code()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"spdy", "--v=0"})
    void manyMegabytesPassBothWays(String protocol) {
        String input = "0123456789abcde\n".repeat(1 << 18);

        Result result = exec(protocol, input, "i", "cat");

        assertThat(result.out().length()).isEqualTo(input.length());
        assertThat(result.out().equals(input)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"spdy", "--v=0"})
    void aTerminalHasANameASizeAndJobControl(String protocol) throws Exception {
        try (Terminal terminal = Terminal.open(Path.of("/dev/pts"))) {
            terminal.resize(101, 37);
            Process kubectl = cluster.start(terminal, protocol, "exec", "-it", "box", "-c", "main", "--", "sh");
            Screen screen = new Screen(terminal);
            // The size follows the start of the shell, as with any kubelet.
            type(terminal, "while [ \"$(stty size)\" != '37 101' ]; do :; done; echo tty=$(tty)\n");
            screen.await("tty=/dev/pts/");
            terminal.resize(77, 22);
            type(terminal, "while [ \"$(stty size)\" != '22 77' ]; do :; done; echo resiz''ed\n");
            screen.await("resized");
            type(terminal, "sleep 1000 & jobs; kill -9 %1; wait; echo kill''ed; sleep 1000\n");
            screen.await("Running");
            screen.await("killed");
            terminal.write(new byte[] {3});
            type(terminal, "echo interrupt''ed; exit 9\n");
            screen.await("interrupted");

            assertThat(kubectl.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(kubectl.exitValue()).isEqualTo(9);
        }
    }

    @Test
    void aCommandDiesWithItsClient() throws Exception {
        Process kubectl = cluster.start("exec", "box", "-c", "main", "--", "sh", "-c", "echo started; sleep 54321");
        assertThat(kubectl.inputReader().readLine()).isEqualTo("started");

        kubectl.destroyForcibly();

        Eventually.holds(
                "the command to end",
                () -> ProcessHandle.allProcesses()
                        .noneMatch(process ->
                                process.info().commandLine().orElse("").contains("sleep 54321")));
    }

    @Test
    void refusalsAreWordedAsKubernetesWordsThem() {
        assertThat(cluster.kubectl("exec", "box", "-c", "nobody", "--", "true").err())
                .contains("container nobody is not valid for pod box");
        assertThat(cluster.kubectl("exec", "box", "-c", "other", "--", "true").err())
                .contains("container \"other\" in pod \"box\" is not on this node");
        assertThat(cluster.kubectl("exec", "nowhere", "--", "true").err()).contains("pods \"nowhere\" not found");
        assertThat(cluster.kubectl("exec", "box", "-c", "main", "--", "no-such-command")
                        .code())
                .isEqualTo(127);
        assertThat(cluster.kubectl("attach", "box", "-c", "main").err()).contains("attach is not supported");
    }

    private static void type(Terminal terminal, String text) {
        terminal.write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** What a person would see, so far. */
    private static final class Screen {

        private final StringBuffer text = new StringBuffer();

        Screen(Terminal terminal) {
            Thread.ofPlatform().daemon(true).start(() -> {
                byte[] buffer = new byte[4096];
                for (int count = terminal.read(buffer); count > 0; count = terminal.read(buffer)) {
                    text.append(new String(buffer, 0, count, StandardCharsets.UTF_8));
                }
            });
        }

        void await(String wanted) {
            Eventually.passes("the screen", () -> assertThat(text.toString()).contains(wanted));
        }
    }
}
