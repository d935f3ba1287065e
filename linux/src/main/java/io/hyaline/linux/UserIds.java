package io.hyaline.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The user ids that exist in a user namespace (user_namespaces(7)): all of them on the host, one or a range in a namespace that
 * an ordinary user made.
 *
 * @param ranges as in /proc/PID/uid_map
 */
public record UserIds(List<Range> ranges) {

    private static final long ALL = 4294967295L;

    /** Ids from {@code first} on are ids from {@code outside} on in the namespace above. */
    public record Range(long first, long outside, long count) {}

    public UserIds {
        ranges = List.copyOf(ranges);
    }

    /** Those of this process. */
    public static UserIds current() {
        try {
            return parse(Files.readAllLines(Path.of("/proc/self/uid_map")));
        } catch (IOException e) {
            throw new UncheckedIOException("is /proc mounted?", e);
        }
    }

    static UserIds parse(List<String> lines) {
        return new UserIds(lines.stream()
                .map(line -> line.trim().split("\\s+"))
                .map(f -> new Range(Long.parseLong(f[0]), Long.parseLong(f[1]), Long.parseLong(f[2])))
                .toList());
    }

    /** Whether this is the host's own namespace, where root is root of everything. */
    public boolean initial() {
        return ranges.equals(List.of(new Range(0, 0, ALL)));
    }

    /** The highest one. */
    public long last() {
        return ranges.stream().mapToLong(r -> r.first() + r.count() - 1).max().orElse(0);
    }

    /** Whether a process can become user or group {@code id} at all. */
    public boolean has(long id) {
        return ranges.stream().anyMatch(r -> id >= r.first() && id < r.first() + r.count());
    }
}
