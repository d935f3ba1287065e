package io.hyaline.proxy.http;

import io.hyaline.proxy.log.ResponseFlag;
import io.hyaline.proxy.log.StreamRecord;
import io.hyaline.proxy.loop.Worker;
import io.hyaline.proxy.route.RetryPlan;
import io.hyaline.proxy.upstream.Cluster;
import io.hyaline.proxy.upstream.ClusterCounter;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Counts the attempts of one call, and starts another one after a pause while plan and breaker allow it. */
final class Attempts {

    private static final int MAX_DOUBLINGS = 10;

    private final Worker worker;
    private final StreamRecord record;
    private @Nullable RetryPlan plan;
    private int made;

    Attempts(Worker worker, StreamRecord record) {
        this.worker = worker;
        this.record = record;
    }

    void plan(@Nullable RetryPlan retries) {
        plan = retries;
    }

    @Nullable
    RetryPlan plan() {
        return plan;
    }

    int next() {
        made++;
        record.attempts = made;
        return made;
    }

    int made() {
        return made;
    }

    /** How long an attempt may take: the shorter one of the two timeouts, where 0 means none. */
    long expectedNanos(long timeoutNanos) {
        long perTry = plan == null || plan.perTryTimeout() == null
                ? 0
                : plan.perTryTimeout().toNanos();
        return perTry > 0 && (timeoutNanos == 0 || perTry < timeoutNanos) ? perTry : timeoutNanos;
    }

    /** Runs {@code attempt} after a pause; false when there will be none. */
    boolean again(Cluster cluster, Runnable attempt) {
        RetryPlan retries = plan;
        if (retries == null) {
            return false;
        }
        if (made > retries.retries()) {
            record.flag(ResponseFlag.URX);
            count(cluster, ClusterCounter.UPSTREAM_RQ_RETRY_LIMIT_EXCEEDED, 1);
            return false;
        }
        if (cluster.counters().sum(ClusterCounter.UPSTREAM_RQ_RETRY_ACTIVE)
                >= cluster.plan().breakers().maxRetries()) {
            count(cluster, ClusterCounter.UPSTREAM_RQ_RETRY_OVERFLOW, 1);
            return false;
        }
        count(cluster, ClusterCounter.UPSTREAM_RQ_RETRY, 1);
        count(cluster, ClusterCounter.UPSTREAM_RQ_RETRY_ACTIVE, 1);
        record.upstream = null;
        record.upstreamFailure = "";
        Runnable once = () -> {
            count(cluster, ClusterCounter.UPSTREAM_RQ_RETRY_ACTIVE, -1);
            attempt.run();
        };
        worker.loop().schedule(once, pause(retries), TimeUnit.NANOSECONDS);
        return true;
    }

    /** Envoy's back-off: a random part of an interval that doubles with every attempt. */
    private long pause(RetryPlan retries) {
        long interval = Math.min(
                retries.longestBackOff().toNanos(), retries.backOff().toNanos() << Math.min(MAX_DOUBLINGS, made));
        return worker.random().nextLong(Math.max(1, interval));
    }

    private void count(Cluster cluster, ClusterCounter counter, long amount) {
        cluster.counters().add(worker.index(), counter, amount);
    }
}
