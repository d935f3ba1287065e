package io.hyaline.pilot.ingest;

import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.Problem;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread between the cluster and the snapshots. */
public final class Ingest implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Ingest.class);
    private static final int QUEUED_CHANGES = 65_536;
    private static final Duration QUIET = Duration.ofMillis(100);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);
    private static final Duration LOOK_AGAIN = Duration.ofMinutes(1);

    private final Source source;
    private final Consumer<MeshSnapshot> snapshots;
    private final MeshState state;
    private final BlockingQueue<Change> queue = new LinkedBlockingQueue<>(QUEUED_CHANGES);
    private final Debounce debounce = new Debounce(QUIET, LONGEST_WAIT);
    private final Thread thread;
    private boolean synced;
    private long looked = System.nanoTime();

    /** @param snapshots is called on the ingest thread, and has to hand over quickly */
    public Ingest(
            Source source,
            String clusterDomain,
            InstantSource clock,
            Consumer<Problem> reports,
            Consumer<MeshSnapshot> snapshots) {
        this.source = source;
        this.snapshots = snapshots;
        this.state = new MeshState(clusterDomain, clock, reports);
        this.thread = Thread.ofPlatform().daemon().name("pilot-ingest").unstarted(this::run);
    }

    public void start() {
        thread.start();
        source.start(this::enqueue);
    }

    @Override
    public void close() {
        source.close();
        thread.interrupt();
    }

    private void enqueue(Change change) {
        try {
            queue.put(change); // a full queue holds the informers back
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (true) {
                Change change = next();
                if (change != null) {
                    apply(change);
                }
                lookAgain();
                if (synced && debounce.dueIn(System.nanoTime()) == 0) {
                    debounce.fired(System.nanoTime());
                    publish();
                }
            }
        } catch (InterruptedException _) {
            LOG.debug("ingest ends");
        }
    }

    private @Nullable Change next() throws InterruptedException {
        long wait = synced ? debounce.dueIn(System.nanoTime()) : Debounce.NOTHING;
        return queue.poll(Math.min(wait, LOOK_AGAIN.toNanos()), TimeUnit.NANOSECONDS);
    }

    private void lookAgain() {
        long now = System.nanoTime();
        if (now - looked >= LOOK_AGAIN.toNanos()) {
            looked = now;
            if (state.lookAgain()) {
                debounce.changed(now);
            }
        }
    }

    /** A change that breaks the reader is a bug in it; the object is named and the others go on. */
    private void apply(Change change) {
        try {
            boolean changed = switch (change) {
                case Change.Put(var object) -> state.put(object);
                case Change.Gone(var object) -> state.remove(object);
                case Change.Synced() -> {
                    synced = true;
                    yield true;
                }
            };
            if (changed) {
                debounce.changed(System.nanoTime());
            }
        } catch (RuntimeException e) {
            LOG.error("cannot take in {}", change, e);
        }
    }

    private void publish() {
        try {
            snapshots.accept(state.snapshot());
        } catch (RuntimeException e) {
            LOG.error("a snapshot could not be handed over; the next change tries again", e);
        }
    }
}
