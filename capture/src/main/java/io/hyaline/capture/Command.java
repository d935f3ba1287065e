package io.hyaline.capture;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A system tool, run in the namespace of the calling thread; its output is a few lines. */
record Command(List<String> words) {

    private static final int SECONDS = 30;

    static Command of(String... words) {
        return new Command(List.of(words));
    }

    record Result(int code, String output) {
        boolean good() {
            return code == 0;
        }
    }

    /** Standard output, or an exception that carries what the tool said. */
    String run() {
        Result result = run("");
        if (!result.good()) {
            throw new CaptureException(String.join(" ", words) + " failed: " + result.output);
        }
        return result.output;
    }

    Result run(String input) {
        try {
            Process process =
                    new ProcessBuilder(words).redirectErrorStream(true).start();
            try (OutputStream in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new CaptureException(String.join(" ", words) + " did not end within " + SECONDS + " s");
            }
            return new Result(process.exitValue(), output);
        } catch (IOException e) {
            throw new CaptureException(
                    "cannot run " + words.getFirst() + "; install it (Debian: nftables, iproute2)", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CaptureException("interrupted while " + words.getFirst() + " ran", e);
        }
    }
}
