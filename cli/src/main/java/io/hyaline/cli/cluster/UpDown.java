package io.hyaline.cli.cluster;

import io.hyaline.cli.exit.Failure;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** Brings a cluster up, waits until it is ready, and takes it down. */
public final class UpDown {

    private static final Duration READY_WITHIN = Duration.ofMinutes(2);
    private static final Duration POLL = Duration.ofMillis(50);

    private final Home home;
    private final PrintWriter err;

    public UpDown(Home home, PrintWriter err) {
        this.home = home;
        this.err = err;
    }

    /** Starts the cluster and returns when it is ready: nodes, pilot and injection answer. */
    public void up(Options options) {
        Tools.require();
        SidecarPrograms.of(options.sidecars());
        Holder.find(home).ifPresent(holder -> {
            throw new Failure(
                    Failure.NOT_SO,
                    "a cluster is already up in " + home.root() + " (process " + holder.pid() + ", kubeconfig "
                            + home.kubeconfig() + "); `hyaline down` ends it, HYALINE_HOME names another one");
        });
        Images.prepare(home, err::println);
        Progress progress = Progress.in(home);
        progress.clear();
        try {
            Files.deleteIfExists(home.status());
            Holder holder = Holder.start(home, options);
            await(holder, progress);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start the cluster in " + home.root() + ": " + e.getMessage(), e);
        }
    }

    private void await(Holder holder, Progress progress) {
        long deadline = System.nanoTime() + READY_WITHIN.toNanos();
        int shown = 0;
        while (true) {
            List<String> steps = progress.steps();
            for (; shown < steps.size(); shown++) {
                err.println("  " + steps.get(shown));
                err.flush();
            }
            Optional<String> failure = progress.failure();
            if (failure.isPresent()) {
                holder.stop();
                throw new Failure(Failure.NOT_SO, failure.get());
            }
            if (progress.isReady()) {
                return;
            }
            if (!holder.isAlive()) {
                throw new Failure(Failure.NOT_SO, "the cluster ended while it started:\n" + lastLines());
            }
            if (System.nanoTime() > deadline) {
                holder.stop();
                throw new Failure(
                        Failure.NOT_SO,
                        "the cluster was not ready within " + READY_WITHIN.toSeconds() + " s:\n" + lastLines());
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    /** Ends the cluster; its objects stay in the data directory. */
    public void down() {
        Holder holder = Holder.find(home)
                .orElseThrow(() -> new Failure(
                        Failure.NOT_SO,
                        "no cluster is up in " + home.root()
                                + "; HYALINE_HOME names where to look, `hyaline up` starts one"));
        holder.stop();
        try {
            Files.deleteIfExists(home.holder());
            Files.deleteIfExists(home.status());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether a cluster is up here. */
    public boolean isUp() {
        return Holder.find(home).isPresent();
    }

    /** Blocks until the cluster has ended. */
    public void awaitEnd() {
        Holder.find(home)
                .ifPresent(
                        h -> ProcessHandle.of(h.pid()).ifPresent(p -> p.onExit().join()));
    }

    private String lastLines() {
        Path log = home.log();
        try {
            List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 12), lines.size()));
        } catch (IOException e) {
            return "(log " + log + " cannot be read: " + e.getMessage() + ")";
        }
    }
}
