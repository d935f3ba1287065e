package io.hyaline.cli.cluster;

import io.hyaline.runtime.sidecar.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Command lines that start this very program again, with the JVM flags that suit the role. */
public final class JavaCommand {

    private static final List<String> COMMON = List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseCompactObjectHeaders",
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            // What starting took from malloc goes back to the kernel.
            "-XX:TrimNativeHeapInterval=3000",
            "-XX:+ExitOnOutOfMemoryError",
            // A cache that does not fit is no news to anybody.
            "-Xlog:disable",
            "-Dio.netty.machineId=02:00:00:00:00:01:00:00");

    /** Heap bounds by role; what is not named has the bound of a tool. */
    private static final Map<String, List<String>> BY_ROLE = Map.of(
            "cluster", List.of("-Xms64m", "-Xmx768m"),
            "proxy", List.of("-Xms32m", "-Xmx192m", "-XX:MaxDirectMemorySize=256m"));

    /** A proxy for one pod: two event loops, small pools, and memory that is given back. */
    private static final List<String> FOR_ONE_POD = List.of(
            "-Xms8m",
            "-Xmx64m",
            "-XX:MinHeapFreeRatio=10",
            "-XX:MaxHeapFreeRatio=25",
            "-XX:MaxDirectMemorySize=64m",
            "-XX:ReservedCodeCacheSize=48m");

    private JavaCommand() {}

    /** {@code hyaline ROLE} as a program of this installation. */
    static Program program(String role) {
        return new Program(main(role), directories());
    }

    /** {@code hyaline proxy} for one pod. */
    static Program sidecar() {
        return new Program(command("proxy", FOR_ONE_POD, "--concurrency", "2"), directories());
    }

    /** The JDK, and the directories of the jars and of the caches. */
    private static List<Path> directories() {
        Set<Path> found = new TreeSet<>();
        found.add(Path.of(System.getProperty("java.home")));
        for (String entry : System.getProperty("java.class.path").split(":")) {
            Path path = Path.of(entry).toAbsolutePath();
            found.add(Files.isDirectory(path) ? path : Objects.requireNonNull(path.getParent()));
        }
        String caches = System.getProperty("hyaline.aot");
        if (caches != null && Files.isDirectory(Path.of(caches))) {
            found.add(Path.of(caches).toAbsolutePath());
        }
        return List.copyOf(found);
    }

    /** {@code hyaline ROLE arguments...} as an argument vector. */
    public static List<String> main(String role, String... arguments) {
        return command(role, BY_ROLE.getOrDefault(role, List.of("-XX:TieredStopAtLevel=1")), arguments);
    }

    private static List<String> command(String role, List<String> tuning, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + "/bin/java");
        command.addAll(COMMON);
        command.addAll(tuning);
        command.addAll(warmStart(role, System.getenv("HYALINE_AOT_RECORD"), System.getProperty("hyaline.aot")));
        command.add("-Dhyaline.home.script=" + System.getProperty("hyaline.home.script", "."));
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(role.equals("proxy") ? "io.hyaline.cli.ProxyStart" : "io.hyaline.cli.Main");
        command.add(role);
        command.addAll(List.of(arguments));
        return command;
    }

    /**
     * Flags for the ahead-of-time cache of a role (JEP 483): made by {@code scripts/warm-start}, used when it is there. A cache that
     * does not fit the jars any more is not ignored by the JVM, but runs the classes of then: {@code hyaline} names none that is older than the build.
     */
    static List<String> warmStart(String role, @Nullable String record, @Nullable String caches) {
        if (record != null && !record.isEmpty()) {
            return List.of("-XX:AOTMode=record", "-XX:AOTConfiguration=" + Path.of(record, role + ".conf"));
        }
        if (caches == null) {
            return List.of();
        }
        Path cache = Path.of(caches, role + ".aot");
        // Mapped where it was made for, its pages stay those of the file: two proxies share them.
        return Files.exists(cache)
                ? List.of(
                        "-XX:AOTCache=" + cache,
                        "-XX:+UnlockDiagnosticVMOptions",
                        "-XX:ArchiveRelocationMode=0",
                        "-Dhyaline.aot=" + caches)
                : List.of();
    }
}
