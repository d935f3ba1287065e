package io.hyaline.it.differential;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** What happened in one run of a case: named events that scripts wait for, and the numbers of what arrived. */
final class Signals {

    /** How long a script waits for an event before it says that the proxy never caused it. */
    static final Duration PATIENCE = Duration.ofSeconds(6);

    /** A script waited for something that did not happen. */
    static final class Stuck extends Exception {
        private static final long serialVersionUID = 1;

        Stuck(String what) {
            super(what);
        }
    }

    private final Set<String> seen = new HashSet<>();
    private final Map<String, Integer> counts = new HashMap<>();

    synchronized void raise(String name) {
        seen.add(name);
        notifyAll();
    }

    /** Raises {@code kind N} for the next N. */
    synchronized int number(String kind) {
        int number = counts.merge(kind, 1, Integer::sum);
        raise(kind + " " + number);
        return number;
    }

    void await(String name) throws Stuck {
        await(this, () -> seen.contains(name), "signal '" + name + "'");
    }

    /** Waits on {@code monitor} until {@code done} holds there. */
    static void await(Object monitor, BooleanSupplier done, String what) throws Stuck {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        synchronized (monitor) {
            while (!done.getAsBoolean()) {
                long left = (deadline - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    throw new Stuck(what);
                }
                try {
                    monitor.wait(left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new Stuck(what + " (interrupted)");
                }
            }
        }
    }
}
