package io.hyaline.runtime.agent;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A command whose streams are pipes. */
final class PipedProcess implements ExecProcess {

    private static final File NOTHING = new File("/dev/null");

    private final Process process;
    private final ExecRequest request;

    private PipedProcess(Process process, ExecRequest request) {
        this.process = process;
        this.request = request;
    }

    static PipedProcess start(List<String> words, ExecRequest request) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(words);
        if (!request.stdin()) {
            builder.redirectInput(NOTHING);
        }
        if (!request.stdout()) {
            builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        }
        if (!request.stderr()) {
            builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        }
        return new PipedProcess(builder.start(), request);
    }

    @Override
    public List<Output> outputs() {
        List<Output> outputs = new ArrayList<>();
        if (request.stdout()) {
            outputs.add(new Output(Channels.STDOUT, process.getInputStream()::read));
        }
        if (request.stderr()) {
            outputs.add(new Output(Channels.STDERR, process.getErrorStream()::read));
        }
        return outputs;
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        process.getOutputStream().write(bytes);
        process.getOutputStream().flush();
    }

    @Override
    public void closeInput() throws IOException {
        process.getOutputStream().close();
    }

    @Override
    public void resize(int columns, int rows) {}

    @Override
    public int waitFor() throws InterruptedException {
        return process.waitFor();
    }

    @Override
    public void close() {
        try {
            process.getInputStream().close();
            process.getErrorStream().close();
            process.getOutputStream().close();
        } catch (IOException e) {
            // A pipe that breaks while it is being closed is closed.
            return;
        }
    }

    @Override
    public void kill() {
        Processes.kill(process);
    }
}
