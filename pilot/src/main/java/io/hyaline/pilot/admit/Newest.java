package io.hyaline.pilot.admit;

import io.hyaline.model.MeshSnapshot;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The newest snapshot, and a way to wait for the next: objects that are applied together arrive a little apart. */
public final class Newest {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private MeshSnapshot current = MeshSnapshot.EMPTY;

    public void publish(MeshSnapshot snapshot) {
        lock.lock();
        try {
            current = snapshot;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    MeshSnapshot get() {
        lock.lock();
        try {
            return current;
        } finally {
            lock.unlock();
        }
    }

    /** One that is newer than {@code seen}, or {@code seen} when none comes in time. */
    MeshSnapshot after(MeshSnapshot seen, Duration atMost) {
        long left = atMost.toNanos();
        lock.lock();
        try {
            while (current.version() == seen.version() && left > 0) {
                left = changed.awaitNanos(left);
            }
            return current;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return seen;
        } finally {
            lock.unlock();
        }
    }
}
