package io.hyaline.runtime.pods;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A pod's files on the node: {@code pods/UID/CONTAINER/N.log} and, beside it, the layers of run N. */
final class PodFiles {

    private PodFiles() {}

    static void delete(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) throws IOException {
                if (e != null) {
                    throw e;
                }
                Files.deleteIfExists(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Deletes the overlay layers of every run, and keeps logs. */
    static void deleteLayers(Path podDirectory) throws IOException {
        if (!Files.isDirectory(podDirectory)) {
            return;
        }
        for (Path container : list(podDirectory)) {
            if (Files.isDirectory(container)
                    && !container.getFileName().toString().startsWith(".")) {
                for (Path run : list(container)) {
                    if (run.getFileName().toString().startsWith("run-")) {
                        delete(run);
                    }
                }
            }
        }
    }

    static List<Path> list(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }
}
