package io.hyaline.cli.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Command lines that start this very program again, with the JVM flags that suit the role. */
public final class JavaCommand {

    private static final List<String> COMMON = List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseCompactObjectHeaders",
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-XX:+ExitOnOutOfMemoryError",
            "-Dio.netty.machineId=02:00:00:00:00:01:00:00");

    /** Heap bounds by role; what is not named has the bound of a tool. */
    private static final Map<String, List<String>> BY_ROLE = Map.of(
            "cluster", List.of("-Xms64m", "-Xmx384m"),
            "proxy", List.of("-Xms32m", "-Xmx192m", "-XX:MaxDirectMemorySize=256m"));

    private JavaCommand() {}

    /** {@code hyaline ROLE arguments...} as an argument vector. */
    public static List<String> main(String role, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + "/bin/java");
        command.addAll(COMMON);
        command.addAll(BY_ROLE.getOrDefault(role, List.of("-XX:TieredStopAtLevel=1")));
        command.add("-Dhyaline.home.script=" + System.getProperty("hyaline.home.script", "."));
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add("io.hyaline.cli.Main");
        command.add(role);
        command.addAll(List.of(arguments));
        return command;
    }
}
