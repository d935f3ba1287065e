package io.hyaline.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A started command; its output is read all the time, so that it never blocks on a full pipe. */
public final class Running {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int MAX_LINES = 100_000;

    private final String command;
    private final Process process;
    private final Lines out;
    private final Lines err;

    Running(List<String> words, Process process) {
        command = String.join(" ", words);
        this.process = process;
        out = new Lines(process.inputReader(StandardCharsets.UTF_8));
        err = new Lines(process.errorReader(StandardCharsets.UTF_8));
    }

    /** Waits for the first line of standard output that {@code wanted} takes, from the beginning of the output. */
    public String awaitLine(Predicate<String> wanted) {
        return awaitLine(0, wanted);
    }

    /** As {@link #awaitLine(Predicate)}, from line number {@code from} on. */
    public String awaitLine(int from, Predicate<String> wanted) {
        String line = out.await(from, wanted, LIMIT);
        if (line == null) {
            throw new AssertionError(command + " never printed the expected line; it printed " + out.all()
                    + " and on standard error " + err.all());
        }
        return line;
    }

    /** The lines of standard output so far. */
    public List<String> lines() {
        return out.all();
    }

    /** Writes to the command's standard input. */
    public void send(String text) {
        try {
            OutputStream in = process.getOutputStream();
            in.write(text.getBytes(StandardCharsets.UTF_8));
            in.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(command, e);
        }
    }

    /** Closes the command's standard input. */
    public void closeInput() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            throw new UncheckedIOException(command, e);
        }
    }

    /** Waits for the end, at most half a minute. */
    public Output waitFor() {
        return waitFor(LIMIT);
    }

    /** Waits for the end, at most {@code limit}. */
    public Output waitFor(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(command + " did not end within " + limit + "; it printed " + out.all()
                        + " and on standard error " + err.all());
            }
            out.join();
            err.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while " + command + " ran", e);
        }
        return new Output(command, process.exitValue(), out.text(), err.text());
    }

    /** Ends the command at once, with the processes that it started. */
    public void stop() {
        // To look for descendants is to read all of /proc, and one that has ended has none.
        if (!process.isAlive()) {
            return;
        }
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /** Lines as they come, with a bound. */
    private static final class Lines {

        private final List<String> lines = new ArrayList<>();
        private final Thread reader;
        private boolean ended;

        Lines(BufferedReader from) {
            reader = Thread.ofVirtual().start(() -> read(from));
        }

        private void read(BufferedReader from) {
            try (from) {
                for (String line = from.readLine(); line != null; line = from.readLine()) {
                    add(line);
                }
            } catch (IOException e) {
                add("(output ended: " + e.getMessage() + ")");
            } finally {
                end();
            }
        }

        private synchronized void add(String line) {
            if (lines.size() < MAX_LINES) {
                lines.add(line);
            }
            notifyAll();
        }

        private synchronized void end() {
            ended = true;
            notifyAll();
        }

        synchronized @Nullable String await(int from, Predicate<String> wanted, Duration limit) {
            long deadline = System.nanoTime() + limit.toNanos();
            try {
                for (int next = from; ; next++) {
                    while (next >= lines.size()) {
                        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                        if (ended || left <= 0) {
                            return null;
                        }
                        wait(left);
                    }
                    if (wanted.test(lines.get(next))) {
                        return lines.get(next);
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return null;
            }
        }

        synchronized List<String> all() {
            return List.copyOf(lines);
        }

        synchronized String text() {
            return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
        }

        void join() throws InterruptedException {
            reader.join(LIMIT);
        }
    }
}
