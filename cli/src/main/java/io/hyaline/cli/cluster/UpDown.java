package io.hyaline.cli.cluster;

import io.hyaline.cli.exit.Failure;
import io.hyaline.runtime.publish.ListeningSockets;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** Brings a cluster up, waits until it is ready, and takes it down. */
public final class UpDown {

    private static final Duration READY_WITHIN = Duration.ofMinutes(2);
    /** unix(7): 108 bytes with the one that ends it. */
    private static final int LONGEST_SOCKET_PATH = 107;

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
        Kernel.require(options, Path.of("/proc/sys/net"));
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
            start(options, progress);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start the cluster in " + home.root() + ": " + e.getMessage(), e);
        }
    }

    /** Ports that people out here shall reach are opened out here, and served from within. */
    private void start(Options options, Progress progress) throws IOException {
        List<InetSocketAddress> ports = new ArrayList<>();
        if (options.apart()) {
            ports.add(new InetSocketAddress(InetAddress.getLoopbackAddress(), options.apiPort()));
        }
        options.published().forEach(each -> ports.add(each.host()));
        if (ports.isEmpty()) {
            await(Holder.start(home, options), progress);
            return;
        }
        if (home.ports().toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_SOCKET_PATH) {
            throw new Failure(
                    Failure.NOT_SO,
                    home.ports() + " is too long for a unix socket (" + LONGEST_SOCKET_PATH
                            + " bytes); choose a shorter HYALINE_HOME");
        }
        try (ListeningSockets sockets = listen(ports)) {
            Holder holder = Holder.start(home, options);
            await(holder, progress);
            try {
                sockets.handTo(home.ports());
            } catch (IOException e) {
                holder.stop();
                throw e;
            }
        }
    }

    private static ListeningSockets listen(List<InetSocketAddress> ports) {
        try {
            return ListeningSockets.open(ports);
        } catch (BindException e) {
            throw new Failure(
                    Failure.NOT_SO,
                    "cannot listen on " + e.getMessage()
                            + "; --api-port and --publish choose ports, and ordinary users have those from "
                            + "net.ipv4.ip_unprivileged_port_start on");
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
