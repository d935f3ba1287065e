package io.hyaline.runtime.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CriLogTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-23T12:00:00.000000089Z"), ZoneOffset.UTC);

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("0.log");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void blocksBecomeLinesAndAnUnfinishedLineIsWrittenAtTheEnd() throws IOException {
        try (CriLog log = CriLog.open(file, CLOCK)) {
            CriLog.Lines lines = new CriLog.Lines(log, "stdout");
            lines.add(bytes("one\ntw"));
            lines.add(bytes("o\n\nrest"));
            lines.end();
        }
        assertThat(file).hasContent("""
                        2026-11-23T12:00:00.000000089Z stdout F one
                        2026-11-23T12:00:00.000000089Z stdout F two
                        2026-11-23T12:00:00.000000089Z stdout F\s
                        2026-11-23T12:00:00.000000089Z stdout F rest
                        """);
    }

    @Test
    void longLinesAreCutIntoParts() throws IOException {
        try (CriLog log = CriLog.open(file, CLOCK)) {
            new CriLog.Lines(log, "stderr").add(bytes("x".repeat(CriLog.LINE_LIMIT_BYTES + 1) + "\n"));
        }
        assertThat(Files.readAllLines(file)).hasSize(2).satisfies(lines -> {
            assertThat(lines.get(0)).startsWith("2026-11-23T12:00:00.000000089Z stderr P xxx");
            assertThat(lines.get(1)).isEqualTo("2026-11-23T12:00:00.000000089Z stderr F x");
        });
    }

    @Test
    void oneOldFileIsKept() throws IOException {
        try (CriLog log = CriLog.open(file, CLOCK, 120)) {
            for (int i = 0; i < 6; i++) {
                log.line("stdout", "line " + i);
            }
        }
        assertThat(Files.readString(directory.resolve("0.log.1")))
                .contains("line 2")
                .contains("line 3");
        assertThat(Files.readString(file)).contains("line 4").contains("line 5");
    }
}
