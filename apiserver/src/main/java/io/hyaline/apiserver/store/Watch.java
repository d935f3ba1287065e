package io.hyaline.apiserver.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Changes on their way to one reader. A reader that lags behind by more than the capacity is cut off. */
public final class Watch implements AutoCloseable {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private final Deque<Change> queue = new ArrayDeque<>();
    private final String namespace;
    private final int capacity;
    private final Runnable onClose;
    private boolean closed;
    private boolean overrun;

    Watch(String namespace, int capacity, Collection<Change> missed, Runnable onClose) {
        this.namespace = namespace;
        this.capacity = Math.max(capacity, missed.size() + capacity / 2);
        this.onClose = onClose;
        missed.forEach(this::offer);
    }

    /** Called by the store for each change of the resource. */
    void offer(Change change) {
        if (!namespace.isEmpty() && !namespace.equals(change.key().namespace())) {
            return;
        }
        lock.lock();
        try {
            if (closed || overrun) {
                return;
            }
            if (queue.size() >= capacity) {
                overrun = true;
                queue.clear();
            } else {
                queue.addLast(change);
            }
            news.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for changes; an empty list when none came in time or the watch is over. */
    public List<Change> take(long timeoutMillis) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long nanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
            while (queue.isEmpty() && !closed && !overrun && nanos > 0) {
                nanos = news.awaitNanos(nanos);
            }
            List<Change> taken = new ArrayList<>(queue);
            queue.clear();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Whether no more changes will come. */
    public boolean over() {
        lock.lock();
        try {
            return closed || overrun;
        } finally {
            lock.unlock();
        }
    }

    /** Whether changes were lost because the reader was too slow. */
    public boolean overrun() {
        lock.lock();
        try {
            return overrun;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            news.signalAll();
        } finally {
            lock.unlock();
        }
        onClose.run();
    }
}
