package io.hyaline.proxy.upstream;

import java.util.concurrent.atomic.AtomicInteger;

/** How a host has behaved lately. Counted by all loops; ejected and taken back under its cluster's lock alone. */
final class Conduct {

    final AtomicInteger serverErrors = new AtomicInteger();
    final AtomicInteger gatewayErrors = new AtomicInteger();
    final AtomicInteger localOrigin = new AtomicInteger();
    private volatile boolean ejected;
    private long ejectedAtNanos;
    private int ejections;

    boolean ejected() {
        return ejected;
    }

    void eject(long nowNanos) {
        ejected = true;
        ejectedAtNanos = nowNanos;
        ejections++;
    }

    /** Whether the time outside is over, which grows with every ejection. */
    boolean due(ClusterPlan.OutlierPlan plan, long nowNanos) {
        long longest =
                Math.max(plan.longestEjection().toNanos(), plan.ejection().toNanos());
        return nowNanos - ejectedAtNanos >= Math.min(longest, plan.ejection().toNanos() * ejections);
    }

    void takeBack() {
        ejected = false;
        serverErrors.set(0);
        gatewayErrors.set(0);
        localOrigin.set(0);
    }

    /** A whole interval without an ejection forgives one. */
    void forgive() {
        if (ejections > 0) {
            ejections--;
        }
    }
}
