package io.hyaline.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The real kubectl, found on the PATH. */
public final class Kubectl {
    private final Path kubeconfig;
    private final Path home;

    public Kubectl(Path kubeconfig, Path home) {
        this.kubeconfig = kubeconfig;
        this.home = home;
    }

    public record Result(int exit, String out, String err) {}

    /** Runs a command that must succeed and returns what it printed. */
    public String run(String... arguments) {
        Result result = attempt("", arguments);
        assertThat(result.exit())
                .as("kubectl %s: %s%s", String.join(" ", arguments), result.out(), result.err())
                .isZero();
        return result.out();
    }

    /** Runs a command that must fail and returns its complaint. */
    public String fails(String... arguments) {
        Result result = attempt("", arguments);
        assertThat(result.exit())
                .as("kubectl %s should fail: %s", String.join(" ", arguments), result.out())
                .isNotZero();
        return result.err();
    }

    /** Runs {@code apply -f -} or the like with a text on standard input. */
    public Result attempt(String input, String... arguments) {
        try {
            Process process = start(arguments);
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            }
            StringBuilder errors = new StringBuilder();
            Thread reader = Thread.startVirtualThread(() -> errors.append(read(process.getErrorStream())));
            String out = read(process.getInputStream());
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("kubectl ends").isTrue();
            reader.join();
            return new Result(process.exitValue(), out, errors.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Applies a manifest; must succeed. */
    public String apply(String manifest, String... more) {
        List<String> arguments = new ArrayList<>(List.of("apply", "-f", "-"));
        arguments.addAll(List.of(more));
        Result result = attempt(manifest, arguments.toArray(String[]::new));
        assertThat(result.exit()).as("%s%s", result.out(), result.err()).isZero();
        return result.out() + result.err();
    }

    public Process start(String... arguments) {
        List<String> command = new ArrayList<>(List.of("kubectl"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("KUBECONFIG", kubeconfig.toString());
        builder.environment().put("HOME", home.toString());
        try {
            Files.createDirectories(home);
            return builder.start();
        } catch (IOException e) {
            throw new AssertionError("kubectl is not on the PATH; install kubectl 1.30 or newer (dl.k8s.io)", e);
        }
    }

    private static String read(java.io.InputStream stream) {
        try {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
