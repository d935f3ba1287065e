package io.hyaline.testkit;

/** What a command left behind. */
public record Output(String command, int code, String out, String err) {

    /** This output, if the command succeeded. */
    public Output good() {
        if (code != 0) {
            throw new AssertionError(command + " ended with " + code + ": " + out + err);
        }
        return this;
    }
}
