package io.hyaline.linux;

/** A program that ended with an exit code other than 0. */
public final class CommandFailedException extends RuntimeException {

    private final transient Command.Result result;

    CommandFailedException(Command command, Command.Result result) {
        super(String.join(" ", command.argv()) + ": exit code " + result.exitCode() + ": "
                + result.output().strip());
        this.result = result;
    }

    public Command.Result result() {
        return result;
    }
}
