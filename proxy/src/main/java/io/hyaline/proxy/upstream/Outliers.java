package io.hyaline.proxy.upstream;

import io.hyaline.proxy.loop.Worker;
import io.hyaline.proxy.stats.Counters;
import io.hyaline.proxy.upstream.ClusterPlan.OutlierPlan;
import io.hyaline.proxy.upstream.ClusterPlan.OutlierPlan.Trigger;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Envoy's outlier detection by consecutive failures: hosts that only fail are left out of the choice for a while. */
final class Outliers {

    private static final int ALL = 100;
    private static final int SERVER_ERROR = 500;
    private static final int BAD_GATEWAY = 502;
    private static final int GATEWAY_TIMEOUT = 504;
    private static final int UNAVAILABLE = 503;

    /** The cluster whose hosts are watched. */
    interface Watched {
        List<Host> hosts();

        /** Its choice is to be made anew. */
        void changed();

        boolean retired();
    }

    private final OutlierPlan plan;
    private final Watched cluster;
    private final Counters<OutlierCounter> counters;
    private final Supplier<Long> clock;

    Outliers(OutlierPlan plan, Watched cluster, Counters<OutlierCounter> counters, Supplier<Long> clock) {
        this.plan = plan;
        this.cluster = cluster;
        this.counters = counters;
        this.clock = clock;
    }

    Counters<OutlierCounter> counters() {
        return counters;
    }

    /** Looks after the ejected ones until the cluster is retired. */
    void start(Worker worker) {
        worker.loop()
                .schedule(
                        () -> {
                            if (!cluster.retired()) {
                                sweep(worker);
                                start(worker);
                            }
                        },
                        plan.interval().toNanos(),
                        TimeUnit.NANOSECONDS);
    }

    /** A host has answered. */
    void answered(Worker worker, Host host, int status) {
        Conduct conduct = host.conduct();
        if (conduct == null) {
            return;
        }
        conduct.localOrigin.set(0);
        judge(worker, host, conduct, status);
    }

    /** A host could not be reached, or broke off. */
    void failed(Worker worker, Host host, boolean timeout) {
        Conduct conduct = host.conduct();
        if (conduct == null) {
            return;
        }
        if (plan.split()) {
            count(
                    worker,
                    host,
                    conduct.localOrigin,
                    new Limit(
                            plan.localOrigin(),
                            OutlierCounter.EJECTIONS_DETECTED_CONSECUTIVE_LOCAL_ORIGIN_FAILURE,
                            OutlierCounter.EJECTIONS_ENFORCED_CONSECUTIVE_LOCAL_ORIGIN_FAILURE));
        } else {
            judge(worker, host, conduct, timeout ? GATEWAY_TIMEOUT : UNAVAILABLE);
        }
    }

    private record Limit(Trigger trigger, OutlierCounter detected, OutlierCounter enforced) {}

    private void judge(Worker worker, Host host, Conduct conduct, int status) {
        if (status < SERVER_ERROR) {
            conduct.serverErrors.set(0);
            conduct.gatewayErrors.set(0);
            return;
        }
        if (status >= BAD_GATEWAY && status <= GATEWAY_TIMEOUT) {
            count(
                    worker,
                    host,
                    conduct.gatewayErrors,
                    new Limit(
                            plan.gatewayErrors(),
                            OutlierCounter.EJECTIONS_DETECTED_CONSECUTIVE_GATEWAY_FAILURE,
                            OutlierCounter.EJECTIONS_ENFORCED_CONSECUTIVE_GATEWAY_FAILURE));
        } else {
            conduct.gatewayErrors.set(0);
        }
        count(
                worker,
                host,
                conduct.serverErrors,
                new Limit(
                        plan.serverErrors(),
                        OutlierCounter.EJECTIONS_DETECTED_CONSECUTIVE_5XX,
                        OutlierCounter.EJECTIONS_ENFORCED_CONSECUTIVE_5XX));
    }

    private void count(Worker worker, Host host, AtomicInteger failures, Limit limit) {
        if (failures.incrementAndGet() < limit.trigger().threshold()) {
            return;
        }
        failures.set(0);
        counters.add(worker.index(), limit.detected(), 1);
        if (worker.random().nextInt(ALL) >= limit.trigger().enforcingPercent()) {
            return;
        }
        synchronized (this) {
            eject(worker, host, limit.enforced());
        }
    }

    private void eject(Worker worker, Host host, OutlierCounter reason) {
        Conduct conduct = host.conduct();
        List<Host> hosts = cluster.hosts();
        if (conduct == null || conduct.ejected() || !hosts.contains(host)) {
            return;
        }
        long ejected = hosts.stream().filter(Host::ejected).count();
        boolean room = (ejected + 1) * ALL <= (long) plan.maxEjectedPercent() * hosts.size();
        if (!room && !(ejected == 0 && plan.oneAlways())) {
            counters.add(worker.index(), OutlierCounter.EJECTIONS_OVERFLOW, 1);
            return;
        }
        conduct.eject(clock.get());
        counters.add(worker.index(), OutlierCounter.EJECTIONS_ACTIVE, 1);
        counters.add(worker.index(), OutlierCounter.EJECTIONS_ENFORCED_TOTAL, 1);
        counters.add(worker.index(), reason, 1);
        cluster.changed();
    }

    /** Takes back whose time is over. */
    synchronized void sweep(Worker worker) {
        boolean changed = false;
        for (Host host : cluster.hosts()) {
            Conduct conduct = host.conduct();
            if (conduct == null) {
                continue;
            }
            if (!conduct.ejected()) {
                conduct.forgive();
            } else if (conduct.due(plan, clock.get())) {
                conduct.takeBack();
                counters.add(worker.index(), OutlierCounter.EJECTIONS_ACTIVE, -1);
                changed = true;
            }
        }
        if (changed) {
            cluster.changed();
        }
    }
}
