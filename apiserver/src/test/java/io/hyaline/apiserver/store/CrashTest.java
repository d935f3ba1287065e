package io.hyaline.apiserver.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.apiserver.json.Json;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was acknowledged survives kill -9 in the middle of writes. */
final class CrashTest {
    private static final int ACKNOWLEDGED_BEFORE_KILL = 400;

    @TempDir
    Path directory;

    @Test
    void everyAcknowledgedWriteSurvivesTheKill() throws Exception {
        Path file = directory.resolve("objects.db");
        Map<String, String> acknowledged = new HashMap<>();
        for (int round = 0; round < 2; round++) {
            writeUntilKilled(file, round, acknowledged);
            try (Store store = Store.open(file, StoreLimits.DEFAULT)) {
                acknowledged.forEach((name, value) -> {
                    Stored stored = store.get(StoreTest.key(name));
                    assertThat(stored).as(name).isNotNull();
                    assertThat(Integer.parseInt(Json.string(stored.object(), "value")))
                            .as("%s: at least what was acknowledged", name)
                            .isGreaterThanOrEqualTo(Integer.parseInt(value));
                });
            }
        }
    }

    private static void writeUntilKilled(Path file, int round, Map<String, String> acknowledged) throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrashWriter.class.getName(),
                        file.toString(),
                        Integer.toString(round))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            int seen = 0;
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                String[] parts = line.split(" ");
                acknowledged.put(parts[0], parts[1]);
                if (++seen == ACKNOWLEDGED_BEFORE_KILL) {
                    child.toHandle().destroyForcibly(); // SIGKILL, and the output stays readable
                }
            }
            assertThat(seen).isGreaterThanOrEqualTo(ACKNOWLEDGED_BEFORE_KILL);
        }
        child.waitFor();
    }
}
