package io.hyaline.proxy.loop;

import io.netty.channel.EventLoop;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Timeouts of one event loop. Timeouts of one length fall due in the order they were set, so each length is a queue with one
 * timer for its head: setting and cancelling are a few assignments, and a loaded loop arms a timer once per length.
 */
public final class Deadlines {

    /** Lengths with a queue of their own; others (taken from request headers, say) get a timer each. */
    private static final int MAX_QUEUES = 64;

    private final EventLoop loop;
    private final Map<Long, Queue> queues = new HashMap<>();

    public Deadlines(EventLoop loop) {
        this.loop = loop;
    }

    /** One pending timeout. */
    public static final class Deadline {
        private final Runnable action;
        private @Nullable Queue queue;
        private @Nullable Deadline previous;
        private @Nullable Deadline next;
        private long atNanos;

        public Deadline(Runnable action) {
            this.action = action;
        }

        public boolean isSet() {
            return queue != null;
        }

        /** Does nothing when it is not set. */
        public void cancel() {
            Queue from = queue;
            if (from != null) {
                from.unlink(this);
            }
        }
    }

    /** Sets {@code deadline} to fall due {@code nanos} after {@code nowNanos}, replacing what it was set to. */
    public void set(Deadline deadline, long nowNanos, long nanos) {
        deadline.cancel();
        Queue queue = queues.get(nanos);
        if (queue == null) {
            queue = new Queue(loop, nanos);
            if (queues.size() < MAX_QUEUES) {
                queues.put(nanos, queue);
            }
        }
        queue.add(deadline, nowNanos);
    }

    private static final class Queue implements Runnable {
        private final EventLoop loop;
        private final long nanos;
        private @Nullable Deadline head;
        private @Nullable Deadline tail;
        private boolean armed;

        Queue(EventLoop loop, long nanos) {
            this.loop = loop;
            this.nanos = nanos;
        }

        void add(Deadline deadline, long nowNanos) {
            deadline.atNanos = nowNanos + nanos;
            deadline.queue = this;
            deadline.previous = tail;
            deadline.next = null;
            if (tail == null) {
                head = deadline;
            } else {
                tail.next = deadline;
            }
            tail = deadline;
            if (!armed) {
                armed = true;
                loop.schedule(this, nanos, TimeUnit.NANOSECONDS);
            }
        }

        void unlink(Deadline deadline) {
            Deadline before = deadline.previous;
            Deadline after = deadline.next;
            if (before == null) {
                head = after;
            } else {
                before.next = after;
            }
            if (after == null) {
                tail = before;
            } else {
                after.previous = before;
            }
            deadline.previous = null;
            deadline.next = null;
            deadline.queue = null;
        }

        @Override
        public void run() {
            long now = System.nanoTime();
            Deadline due = head;
            while (due != null && due.atNanos - now <= 0) {
                unlink(due);
                due.action.run();
                due = head;
            }
            armed = due != null;
            if (due != null) {
                loop.schedule(this, Math.max(1, due.atNanos - now), TimeUnit.NANOSECONDS);
            }
        }
    }
}
