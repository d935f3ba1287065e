package io.hyaline.runtime.agent;

import java.io.IOException;
import java.util.List;

/** A command inside a container, with its streams. */
interface ExecProcess {

    /** What the command prints, each with the number of its channel; read by one thread each. */
    List<Output> outputs();

    /** Gives input to the command; waits while it does not read. */
    void write(byte[] bytes) throws IOException;

    /** Tells the command that no more input comes. */
    void closeInput() throws IOException;

    /** Sets the size of the terminal, if there is one. */
    void resize(int columns, int rows);

    /** Waits for the end; 128 and more is a signal. */
    int waitFor() throws InterruptedException;

    /** Gives up the outputs, once the command has ended or nobody wants them any more. */
    void close();

    /** Ends the command and everything that it started. */
    void kill();

    record Output(int channel, Source source) {}

    @FunctionalInterface
    interface Source {
        /** As {@link java.io.InputStream#read(byte[])}. */
        int read(byte[] buffer) throws IOException;
    }
}
