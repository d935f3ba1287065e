package io.hyaline.it.cluster;

import io.hyaline.testkit.Output;
import io.hyaline.testkit.Running;
import io.hyaline.testkit.TestNetwork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A whole cluster in a network namespace without a way out, driven as a person drives it: {@code ./hyaline} and kubectl. */
final class ClusterFixture implements AutoCloseable {

    static final Path ROOT =
            Path.of(System.getProperty("hyaline.root", "..")).toAbsolutePath().normalize();
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final TestNetwork network;
    private final Path home;
    private final List<String> environment;

    private ClusterFixture(TestNetwork network, Path home, List<String> environment) {
        this.network = network;
        this.home = home;
        this.environment = environment;
    }

    static ClusterFixture start(String... upOptions) {
        return startWith(List.of(), upOptions);
    }

    /** Starts one whose processes all have these variables ({@code NAME=value}) too. */
    static ClusterFixture startWith(List<String> environment, String... upOptions) {
        prepareImages();
        ClusterFixture fixture = place(environment);
        try {
            fixture.up(upOptions);
            return fixture;
        } catch (RuntimeException | Error e) {
            fixture.close();
            throw e;
        }
    }

    /** A place for a cluster, with none in it. */
    static ClusterFixture empty() {
        return place(List.of());
    }

    private static ClusterFixture place(List<String> environment) {
        try {
            return new ClusterFixture(TestNetwork.create(), Files.createTempDirectory("hyaline-it"), environment);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code hyaline up --detach}, for the first time or again. */
    void up(String... options) {
        List<String> up = new ArrayList<>(List.of("up", "--detach"));
        up.addAll(List.of(options));
        hyaline(up.toArray(String[]::new)).good();
    }

    /** The package index is reachable out here only. */
    static void prepareImages() {
        prepareImages(imagesHome());
    }

    /** Installs images into {@code home}: those named, else those of the samples. */
    static void prepareImages(Path home, String... names) {
        List<String> words = new ArrayList<>(List.of(ROOT.resolve("hyaline").toString(), "images"));
        words.addAll(List.of(names));
        ProcessBuilder builder = new ProcessBuilder(words).inheritIO();
        builder.environment().put("HYALINE_IMAGES_HOME", home.toString());
        try {
            Process images = builder.start();
            if (images.waitFor() != 0) {
                throw new AssertionError("`hyaline images` failed: see its message above");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Runs {@code ./hyaline} against this cluster. */
    Output hyaline(String... arguments) {
        return run(ROOT.resolve("hyaline").toString(), arguments);
    }

    /** Starts curl on a machine of its own outside of the cluster, by {@code hyaline client}. */
    Running curl(String ip, String... arguments) {
        List<String> words =
                new ArrayList<>(List.of("client", "--ip", ip, "--", "curl", "-s", "-m", "10", "--show-error"));
        words.addAll(List.of(arguments));
        return begin(ROOT.resolve("hyaline").toString(), words.toArray(String[]::new));
    }

    /** Runs kubectl and returns its standard output without the last line break; it must succeed. */
    String kubectl(String... arguments) {
        return tryKubectl(arguments).good().out().strip();
    }

    Output tryKubectl(String... arguments) {
        return run("kubectl", arguments);
    }

    /** Runs any command in the cluster's outer namespace, where the host is 203.0.113.1. */
    Output run(String program, String... arguments) {
        return begin(program, arguments).waitFor(PATIENCE);
    }

    /** As {@link #run}, without waiting for the end. */
    Running begin(String program, String... arguments) {
        List<String> words = new ArrayList<>(List.of(
                "env",
                "HYALINE_HOME=" + home,
                "HYALINE_IMAGES_HOME=" + imagesHome(),
                "KUBECONFIG=" + home.resolve("kubeconfig")));
        words.addAll(environment);
        words.add(program);
        words.addAll(List.of(arguments));
        return network.start(words);
    }

    /** Where test runs keep what they have installed. */
    static Path imagesHome() {
        String named = System.getenv("HYALINE_HOME");
        return named == null ? Path.of(System.getenv("HOME"), ".hyaline") : Path.of(named);
    }

    Path home() {
        return home;
    }

    @Override
    public void close() {
        try {
            hyaline("down");
        } finally {
            network.close();
            delete(home);
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> tree = Files.walk(directory)) {
            tree.sorted(Comparator.reverseOrder()).forEach(p -> p.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
