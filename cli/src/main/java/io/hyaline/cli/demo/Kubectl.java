package io.hyaline.cli.demo;

import io.hyaline.cli.exit.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The real kubectl, run as a person would run it. */
final class Kubectl {

    private static final long SECONDS = 120;

    private final Path kubeconfig;

    Kubectl(Path kubeconfig) {
        this.kubeconfig = kubeconfig;
    }

    /** Runs kubectl and returns its standard output; any other exit code than 0 is a failure with its words. */
    String run(String... arguments) {
        List<String> command = new ArrayList<>(List.of("kubectl"));
        command.addAll(List.of(arguments));
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(false);
            builder.environment().put("KUBECONFIG", kubeconfig.toString());
            builder.redirectInput(
                    ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
            Process process = builder.start();
            StringBuilder errors = new StringBuilder();
            Thread drain = Thread.ofVirtual().start(() -> errors.append(read(process.getErrorStream())));
            String output = read(process.getInputStream());
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new Failure(Failure.NOT_SO, String.join(" ", command) + ": no end within " + SECONDS + " s");
            }
            drain.join();
            if (process.exitValue() != 0) {
                throw new Failure(
                        Failure.NOT_SO,
                        String.join(" ", command) + ": " + errors.toString().strip());
            }
            return output;
        } catch (IOException e) {
            throw new Failure(
                    Failure.USAGE,
                    "kubectl does not run (" + e.getMessage() + "); put the real one, 1.30 or newer, on the PATH");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure(Failure.NOT_SO, "interrupted");
        }
    }

    private static String read(java.io.InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
