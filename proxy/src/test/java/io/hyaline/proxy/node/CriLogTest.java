package io.hyaline.proxy.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CriLogTest {

    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00.123456789Z");

    @TempDir
    private Path dir;

    @Test
    void framesEachLineOfABatch() throws Exception {
        try (CriLog log = open()) {
            write(log, "/dev/stdout", "{\"a\":1}\n\n{\"b\":\"ü\"}\n");
            write(log, "/dev/stderr", "oops\n");
            write(log, "/dev/stdout", "no end");
        }
        assertThat(file()).hasContent("""
                2026-11-23T12:00:00.123456789Z stdout F {"a":1}
                2026-11-23T12:00:00.123456789Z stdout F\s
                2026-11-23T12:00:00.123456789Z stdout F {"b":"ü"}
                2026-11-23T12:00:00.123456789Z stderr F oops
                2026-11-23T12:00:00.123456789Z stdout F no end
                """);
    }

    @Test
    void goesOnWhereAnEarlierProcessStopped() throws Exception {
        Files.writeString(file(), "earlier\n");
        try (CriLog log = open()) {
            write(log, "/dev/stdout", "later\n");
        }
        assertThat(Files.readAllLines(file())).hasSize(2);
    }

    @Test
    void keepsOneOldFile() throws Exception {
        String line = "x".repeat(1023) + "\n";
        try (CriLog log = open()) {
            for (int i = 0; i < 25; i++) {
                write(log, "/dev/stdout", line.repeat(1024));
            }
        }
        assertThat(Files.size(file())).isBetween(1L, (long) CriLog.LIMIT_BYTES);
        assertThat(Files.size(old())).isBetween(9L << 20, (long) CriLog.LIMIT_BYTES);
        try (var files = Files.list(dir)) {
            assertThat(files).containsExactlyInAnyOrder(file(), old());
        }
    }

    @Test
    void writesNoOtherPathAndNothingAfterTheEnd() throws Exception {
        CriLog log = open();
        write(log, dir.resolve("elsewhere").toString(), "a\n");
        log.close();
        write(log, "/dev/stdout", "b\n");
        assertThat(file()).isEmptyFile();
        assertThat(dir.resolve("elsewhere")).doesNotExist();
    }

    private CriLog open() throws Exception {
        return CriLog.open(file(), () -> NOW);
    }

    private Path file() {
        return dir.resolve("0.log");
    }

    private Path old() {
        return dir.resolve("0.log.1");
    }

    private static void write(CriLog log, String path, String text) {
        byte[] bytes = ("##" + text).getBytes(StandardCharsets.UTF_8);
        log.write(path, bytes, 2, bytes.length - 2);
    }
}
