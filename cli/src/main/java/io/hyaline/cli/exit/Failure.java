package io.hyaline.cli.exit;

/** A command that cannot go on: the message names the thing and the way out, the exit code is the program's. */
public final class Failure extends RuntimeException {

    /** The thing that was asked about is not so, or could not be done. */
    public static final int NOT_SO = 1;

    /** The command was not understood, or the machine lacks what it needs. */
    public static final int USAGE = 2;

    private final int exitCode;

    public Failure(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    public int exitCode() {
        return exitCode;
    }
}
