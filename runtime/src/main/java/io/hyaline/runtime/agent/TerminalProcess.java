package io.hyaline.runtime.agent;

import io.hyaline.linux.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A command whose streams are one terminal, which it controls. */
final class TerminalProcess implements ExecProcess {

    private static final byte[] END_OF_INPUT = {4};

    private final Process process;
    private final Terminal terminal;

    private TerminalProcess(Process process, Terminal terminal) {
        this.process = process;
        this.terminal = terminal;
    }

    /**
     * The terminal belongs to the container's own {@code /dev/pts}, so that its name is true inside. It is opened
     * out here, before {@code entry} gives privileges away; inside, {@code setsid} makes it the controlling one.
     */
    static TerminalProcess start(List<String> entry, List<String> command) throws IOException {
        Terminal terminal = Terminal.open(terminals(entry));
        try {
            List<String> words = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" <>\"$0\" >&0 2>&0"));
            words.add(terminal.inner().toString());
            words.addAll(entry);
            words.addAll(List.of("env", "TERM=xterm", "setsid", "--ctty"));
            words.addAll(command);
            return new TerminalProcess(new ProcessBuilder(words).start(), terminal);
        } catch (IOException e) {
            terminal.close();
            throw e;
        }
    }

    /** Where the process that {@code entry} enters has its terminals; this process's own if it enters none. */
    private static Path terminals(List<String> entry) {
        int target = entry.indexOf("--target");
        return target < 0 ? Path.of("/dev/pts") : Path.of("/proc/" + entry.get(target + 1) + "/root/dev/pts");
    }

    @Override
    public List<Output> outputs() {
        return List.of(new Output(Channels.STDOUT, terminal::read));
    }

    @Override
    public void write(byte[] bytes) {
        terminal.write(bytes);
    }

    @Override
    public void closeInput() {
        terminal.write(END_OF_INPUT);
    }

    @Override
    public void resize(int columns, int rows) {
        terminal.resize(columns, rows);
    }

    @Override
    public int waitFor() throws InterruptedException {
        return process.waitFor();
    }

    @Override
    public void close() {
        terminal.close();
    }

    @Override
    public void kill() {
        Processes.kill(process);
    }
}
