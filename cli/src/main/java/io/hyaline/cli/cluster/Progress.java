package io.hyaline.cli.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/** What the main JVM tells the person who waits in {@code up}: one step a line, the last one READY or FAILED. */
final class Progress {

    private static final String READY = "READY";
    private static final String FAILED = "FAILED ";

    private final Path file;

    private Progress(Path file) {
        this.file = file;
    }

    static Progress in(Home home) {
        return new Progress(home.run().resolve("progress"));
    }

    void clear() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void step(String what) {
        write(what);
    }

    void ready() {
        write(READY);
    }

    void failed(String reason) {
        write(FAILED + reason.replace('\n', ' '));
    }

    List<String> steps() {
        return lines().stream()
                .filter(l -> !l.equals(READY) && !l.startsWith(FAILED))
                .toList();
    }

    boolean isReady() {
        return lines().contains(READY);
    }

    Optional<String> failure() {
        return lines().stream()
                .filter(l -> l.startsWith(FAILED))
                .map(l -> l.substring(FAILED.length()))
                .findFirst();
    }

    private List<String> lines() {
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(String line) {
        try {
            Files.createDirectories(file.getParent());
            Files.write(
                    file,
                    (line + "\n").getBytes(StandardCharsets.UTF_8),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
