package io.hyaline.linux;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A short program that is run to its end: {@code ip}, {@code nft}, {@code mount}. */
public record Command(List<String> argv, String input, int timeoutSeconds) {

    private static final int OUTPUT_LIMIT_BYTES = 1 << 20;

    public Command {
        argv = List.copyOf(argv);
    }

    public static Command of(String... argv) {
        return new Command(List.of(argv), "", 30);
    }

    public static Command of(List<String> argv) {
        return new Command(argv, "", 30);
    }

    /** The same, reading {@code text} from its standard input. */
    public Command withInput(String text) {
        return new Command(argv, text, timeoutSeconds);
    }

    public Command withTimeout(int seconds) {
        return new Command(argv, input, seconds);
    }

    /** What came of it; standard output and standard error are one text. */
    public record Result(int exitCode, String output) {}

    /** Runs in the calling thread's namespaces and waits. */
    public Result run() {
        return finish(start());
    }

    /** Starts inside {@code namespace} and waits outside of it, so that the thread stays free. */
    public Result run(NamespaceThread thread, NetNs namespace) {
        return finish(thread.call(namespace, this::start));
    }

    /** As {@link #run()}, and any exit code but 0 is an exception that carries the program's own words. */
    public String check() {
        return check(run());
    }

    /** As {@link #run(NamespaceThread, NetNs)}, and any exit code but 0 is an exception. */
    public String check(NamespaceThread thread, NetNs namespace) {
        return check(run(thread, namespace));
    }

    private String check(Result result) {
        if (result.exitCode() != 0) {
            throw new CommandFailedException(this, result);
        }
        return result.output();
    }

    private Process start() {
        try {
            return new ProcessBuilder(argv).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot start " + argv.getFirst() + "; is the package that holds it installed?", e);
        }
    }

    private Result finish(Process process) {
        try {
            try (OutputStream stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // It ended before it read everything; its exit code and output say why.
            }
            String output;
            try (InputStream stdout = process.getInputStream()) {
                output = new String(stdout.readNBytes(OUTPUT_LIMIT_BYTES), StandardCharsets.UTF_8);
            }
            if (!process.waitFor(timeoutSeconds, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return new Result(124, output + "\nno end after " + timeoutSeconds + " s");
            }
            return new Result(process.exitValue(), output);
        } catch (IOException e) {
            throw new UncheckedIOException("reading the output of " + argv.getFirst(), e);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + argv.getFirst(), e);
        }
    }
}
