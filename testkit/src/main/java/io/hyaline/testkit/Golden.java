package io.hyaline.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Text that is right because a person read it once: files below {@code src/test/golden} of the module under test.
 *
 * <p>{@code -Dgolden=refresh} rewrites the files instead of comparing; the version control shows what changed.
 */
public final class Golden {

    private static final Path ROOT = Path.of("src/test/golden");

    private Golden() {}

    /** Compares {@code actual} with the file {@code area/name}. */
    public static void verify(String area, String name, String actual) {
        Path file = ROOT.resolve(area).resolve(name);
        if ("refresh".equals(System.getProperty("golden"))) {
            write(file, actual);
            return;
        }
        assertThat(file)
                .as("golden file; write it with -Dgolden=refresh and read it before you commit")
                .exists();
        assertThat(actual)
                .as(file + " (rewrite with -Dgolden=refresh if the new text is right)")
                .isEqualTo(read(file));
    }

    /** The text of {@code area/name}, an input that lies beside its expected output. */
    public static String input(String area, String name) {
        return read(ROOT.resolve(area).resolve(name));
    }

    /** The names in {@code area} that end in {@code suffix}, sorted and without it: one case per file. */
    public static List<String> cases(String area, String suffix) {
        try (Stream<Path> files = Files.list(ROOT.resolve(area))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(suffix))
                    .map(name -> name.substring(0, name.length() - suffix.length()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
