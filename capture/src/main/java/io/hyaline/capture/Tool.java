package io.hyaline.capture;

import io.hyaline.linux.Command;
import java.io.UncheckedIOException;

/** A system tool, run in the namespaces of the calling thread; what goes wrong is a {@link CaptureException}. */
final class Tool {

    private Tool() {}

    /** What it says; an exception that carries it when the tool fails. */
    static String check(String... words) {
        Command.Result result = run(Command.of(words));
        if (result.exitCode() != 0) {
            throw new CaptureException(
                    String.join(" ", words) + " failed: " + result.output().strip());
        }
        return result.output();
    }

    static Command.Result run(Command command) {
        try {
            return command.run();
        } catch (UncheckedIOException e) {
            throw new CaptureException(
                    "cannot run " + command.argv().getFirst() + "; install it (Debian: nftables, iproute2)", e);
        }
    }
}
