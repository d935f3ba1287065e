package io.hyaline.runtime.cluster;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does one thing whenever something has changed, on a thread of its own; changes that come together are done together. */
public final class ChangeLoop implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ChangeLoop.class);
    private static final Duration GATHER = Duration.ofMillis(20);
    /** When changes never end, the step runs for at most one part in so many of the time. */
    private static final int SHARES = 5;

    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration LAST_STEP = Duration.ofSeconds(5);

    /** What is done. */
    public interface Step {

        /** Returns when to do it again although nothing changes, or null. */
        @Nullable
        Instant run();
    }

    private final String name;
    private final Clock clock;
    private final Step step;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition signal = lock.newCondition();
    private boolean dirty;
    private boolean closed;
    private @Nullable Thread thread;

    public ChangeLoop(String name, Clock clock, Step step) {
        this.name = name;
        this.clock = clock;
        this.step = step;
    }

    /** Begins to wait for changes; {@code next} is a time at which to do it even without one. */
    public void start(@Nullable Instant next) {
        thread = Thread.ofVirtual().name(name).start(() -> run(next));
    }

    public void changed() {
        lock.lock();
        try {
            dirty = true;
            signal.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void run(@Nullable Instant first) {
        try {
            Instant next = first;
            while (await(next)) {
                Thread.sleep(GATHER);
                long begun = System.nanoTime();
                next = once();
                Thread.sleep(Duration.ofNanos(System.nanoTime() - begun).multipliedBy(SHARES - 1));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private @Nullable Instant once() {
        lock.lock();
        try {
            dirty = false;
        } finally {
            lock.unlock();
        }
        try {
            return step.run();
        } catch (RuntimeException e) {
            log.warn("{}: trying again in {} s", name, RETRY.toSeconds(), e);
            return clock.instant().plus(RETRY);
        }
    }

    /** Waits for a change, or for {@code until}; false when this is closed. */
    private boolean await(@Nullable Instant until) throws InterruptedException {
        lock.lock();
        try {
            while (!dirty && !closed) {
                if (until == null) {
                    signal.await();
                } else if (signal.awaitNanos(
                                Duration.between(clock.instant(), until).toNanos())
                        <= 0) {
                    break;
                }
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    /** Returns when the step has ended, if it runs just now. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            signal.signalAll();
        } finally {
            lock.unlock();
        }
        Thread running = thread;
        try {
            if (running != null && !running.join(LAST_STEP)) {
                log.warn("{}: still busy after {} s", name, LAST_STEP.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
