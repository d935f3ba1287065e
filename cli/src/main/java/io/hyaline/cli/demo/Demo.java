package io.hyaline.cli.demo;

import io.hyaline.cli.cluster.Home;
import io.hyaline.cli.cluster.Images;
import io.hyaline.cli.cluster.JavaCommand;
import io.hyaline.cli.cluster.Options;
import io.hyaline.cli.cluster.Options.IpFamily;
import io.hyaline.cli.cluster.Privilege;
import io.hyaline.cli.cluster.UpDown;
import io.hyaline.cli.exit.Failure;
import io.hyaline.runtime.net.FamilyPlan;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/** Runs scenarios in a throwaway cluster, inside a network namespace that has no way out. */
public final class Demo {

    private Demo() {}

    /** Starts this program again inside a network namespace of its own, and returns its exit code. */
    public static int runInNamespace(Home home, Scenario scenario, IpFamily family, String output, PrintWriter err) {
        Images.prepare(home, err::println);
        Path throwaway = null;
        try {
            throwaway = Files.createTempDirectory("hyaline-demo");
            List<String> command = new ArrayList<>(List.of("unshare"));
            command.addAll(Privilege.unshareOptions());
            command.addAll(List.of("--net", "/bin/sh", "-c", "ip link set lo up && exec \"$@\"", "hyaline-demo"));
            command.addAll(JavaCommand.main(
                    "demo", scenario.text(), "--inside", "--ip-family", family.toString(), "-o", output));
            ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
            builder.environment().put("HYALINE_HOME", throwaway.toString());
            builder.environment().put("HYALINE_IMAGES_HOME", home.imagesHome().toString());
            return builder.start().waitFor();
        } catch (IOException e) {
            throw new Failure(Failure.NOT_SO, "the demo's network namespace cannot be made: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Failure.NOT_SO;
        } finally {
            delete(throwaway);
        }
    }

    /** What can be shown. Both together begin with the second one, which leaves nothing that changes the first. */
    public enum Scenario {
        EAST_WEST,
        NORTH_SOUTH,
        ALL;

        /** The one that a person names so. */
        public static Scenario of(String name) {
            for (Scenario scenario : values()) {
                if (scenario.text().equals(name)) {
                    return scenario;
                }
            }
            throw new Failure(Failure.USAGE, "no scenario '" + name + "'; there are: east-west, north-south and all");
        }

        String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Brings the cluster up here, runs the scenario, and takes the cluster down whatever happened. */
    public static List<Check> run(Home home, Scenario scenario, IpFamily family, PrintWriter err) {
        UpDown cluster = new UpDown(home, err);
        Options options = Options.standard(family);
        cluster.up(options);
        FamilyPlan plan = options.addresses().primary();
        Consumer<String> progress = step -> {
            err.println("  " + step);
            err.flush();
        };
        try {
            List<Check> checks = new ArrayList<>();
            if (scenario != Scenario.EAST_WEST) {
                checks.addAll(new NorthSouth(home, samples(), plan, progress).run());
            }
            if (scenario != Scenario.NORTH_SOUTH) {
                checks.addAll(new EastWest(home.kubeconfig(), samples(), plan.family(), progress).run());
            }
            return checks;
        } finally {
            cluster.down();
        }
    }

    private static Path samples() {
        Path samples = Path.of(System.getProperty("hyaline.home.script", "."), "samples");
        if (!Files.isDirectory(samples)) {
            throw new Failure(
                    Failure.USAGE, "the samples are not in " + samples + "; run the demo from the project's folder");
        }
        return samples;
    }

    /** One row for each check, expected and observed side by side. */
    public static String table(List<Check> checks) {
        int name = width(checks.stream().map(Check::name));
        int expected = Math.min(60, width(checks.stream().map(Check::expected)));
        StringBuilder table = new StringBuilder();
        for (Check check : checks) {
            table.append(check.good() ? "ok    " : "WRONG ").append(pad(check.name(), name));
            table.append("  ").append(pad(shorten(check.expected()), expected));
            table.append("  ").append(check.good() ? shorten(check.observed()) : check.observed());
            table.append('\n');
        }
        long good = checks.stream().filter(Check::good).count();
        return table.append(good)
                .append(" of ")
                .append(checks.size())
                .append(" as expected\n")
                .toString();
    }

    /** The same rows as a JSON array. */
    public static String json(List<Check> checks) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Check check : checks) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("check", check.name());
            row.put("expected", check.expected());
            row.put("observed", check.observed());
            row.put("good", check.good());
            rows.add(row);
        }
        return JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsString(rows) + "\n";
    }

    private static String shorten(String text) {
        return text.length() <= 60 ? text : text.substring(0, 57) + "...";
    }

    private static int width(Stream<String> texts) {
        return texts.mapToInt(String::length).max().orElse(0);
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    private static void delete(@org.jspecify.annotations.Nullable Path directory) {
        if (directory == null) {
            return;
        }
        try (Stream<Path> tree = Files.walk(directory)) {
            tree.sorted(java.util.Comparator.reverseOrder())
                    .forEach(p -> p.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
