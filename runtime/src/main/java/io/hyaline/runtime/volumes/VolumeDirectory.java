package io.hyaline.runtime.volumes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A directory whose files change all at once: they lie in a directory of their own behind the link {@code ..data}, and a
 * new generation takes its place by one rename.
 */
final class VolumeDirectory {

    private static final String DATA = "..data";

    private final Path directory;

    VolumeDirectory(Path directory) {
        this.directory = directory;
    }

    /** Puts {@code files} in place of what is there; returns false when nothing had changed. */
    boolean replace(Map<String, VolumeContent.VolumeFile> files) throws IOException {
        Files.createDirectories(directory);
        Path current = directory.resolve(DATA);
        if (Files.exists(current) && same(current.toRealPath(), files)) {
            return false;
        }
        Path old = Files.exists(current) ? current.toRealPath() : null;
        Path next = Files.createTempDirectory(directory, "..");
        Files.setPosixFilePermissions(next, permissions(0755));
        for (var entry : files.entrySet()) {
            Path file = next.resolve(entry.getKey());
            Files.createDirectories(file.getParent());
            Files.write(file, entry.getValue().bytes());
            Files.setPosixFilePermissions(file, permissions(entry.getValue().mode()));
        }
        Path link = Files.createSymbolicLink(directory.resolve("..new"), next.getFileName());
        Files.move(link, current, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        linkNames(next);
        if (old != null) {
            delete(old);
        }
        return true;
    }

    private void linkNames(Path data) throws IOException {
        Set<String> wanted = Set.copyOf(names(data));
        for (String name : wanted) {
            Path link = directory.resolve(name);
            if (!Files.isSymbolicLink(link)) {
                Files.createSymbolicLink(link, Path.of(DATA, name));
            }
        }
        for (String name : names(directory)) {
            if (!name.startsWith("..") && !wanted.contains(name)) {
                Files.delete(directory.resolve(name));
            }
        }
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(f -> f.getFileName().toString()).toList();
        }
    }

    private static boolean same(Path data, Map<String, VolumeContent.VolumeFile> files) throws IOException {
        try (Stream<Path> existing = Files.walk(data)) {
            if (existing.filter(Files::isRegularFile).count() != files.size()) {
                return false;
            }
        }
        for (var entry : files.entrySet()) {
            Path file = data.resolve(entry.getKey());
            if (!Files.isRegularFile(file)
                    || !Arrays.equals(Files.readAllBytes(file), entry.getValue().bytes())) {
                return false;
            }
        }
        return true;
    }

    static Set<PosixFilePermission> permissions(int mode) {
        EnumSet<PosixFilePermission> set = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] all = PosixFilePermission.values();
        for (int i = 0; i < all.length; i++) {
            if ((mode & 0400 >> i) != 0) {
                set.add(all[i]);
            }
        }
        return set;
    }

    static void delete(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
