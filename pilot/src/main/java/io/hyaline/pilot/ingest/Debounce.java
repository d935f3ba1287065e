package io.hyaline.pilot.ingest;

import java.time.Duration;

/**
 * Gathers changes that come close together: the first after a pause counts at once, those that follow wait until
 * it is quiet, but not longer than a bound. Owned by one thread; times are nanoseconds of any one clock.
 */
final class Debounce {
    static final long NOTHING = Long.MAX_VALUE;

    private final long quietNanos;
    private final long mostNanos;
    private boolean pending;
    private boolean firedBefore;
    private long firstPending;
    private long lastChange;
    private long lastFired;

    Debounce(Duration quiet, Duration most) {
        this.quietNanos = quiet.toNanos();
        this.mostNanos = most.toNanos();
    }

    void changed(long now) {
        if (!pending) {
            firstPending = now;
        }
        pending = true;
        lastChange = now;
    }

    void fired(long now) {
        pending = false;
        firedBefore = true;
        lastFired = now;
    }

    /** Nanoseconds until it is time to fire; 0 is now, {@link #NOTHING} is not before another change. */
    long dueIn(long now) {
        if (!pending) {
            return NOTHING;
        }
        if (!firedBefore || firstPending - lastFired >= quietNanos) {
            return 0;
        }
        long due = Math.min(lastChange + quietNanos, firstPending + mostNanos);
        return Math.max(0, due - now);
    }
}
