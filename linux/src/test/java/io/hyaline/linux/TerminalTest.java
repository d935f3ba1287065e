package io.hyaline.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class TerminalTest {

    @Test
    void aProgramSeesATerminalOfTheGivenSize() throws Exception {
        try (Terminal terminal = Terminal.open(Path.of("/dev/pts"))) {
            terminal.resize(132, 43);
            Process process = start(terminal, "tty; stty size; read word; echo got $word");
            terminal.write("hello\n".getBytes(StandardCharsets.UTF_8));

            assertThat(output(terminal))
                    .contains(terminal.inner().toString())
                    .contains("43 132")
                    .contains("got hello");
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void closingHangsUp() throws Exception {
        Process process;
        try (Terminal terminal = Terminal.open(Path.of("/dev/pts"))) {
            process = start(terminal, "echo up; sleep 1000");
            byte[] buffer = new byte[100];
            assertThat(terminal.read(buffer)).isPositive();
        }
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }

    private static Process start(Terminal terminal, String script) throws Exception {
        return new ProcessBuilder(
                        "env",
                        "--default-signal",
                        "sh",
                        "-c",
                        "exec \"$@\" <>\"$0\" >&0 2>&0",
                        terminal.inner().toString(),
                        "setsid",
                        "--ctty",
                        "--wait",
                        "sh",
                        "-c",
                        script)
                .start();
    }

    private static String output(Terminal terminal) {
        StringBuilder text = new StringBuilder();
        byte[] buffer = new byte[1024];
        for (int count = terminal.read(buffer); count > 0; count = terminal.read(buffer)) {
            text.append(new String(buffer, 0, count, StandardCharsets.UTF_8));
        }
        return text.toString();
    }
}
