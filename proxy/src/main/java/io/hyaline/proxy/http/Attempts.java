package io.hyaline.proxy.http;

import io.hyaline.proxy.client.Downstream;
import io.hyaline.proxy.codec.ClientStream.Reset;
import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.head.HeaderName;
import io.hyaline.proxy.log.ResponseFlag;
import io.hyaline.proxy.log.StreamRecord;
import io.hyaline.proxy.loop.Deadlines.Deadline;
import io.hyaline.proxy.loop.Worker;
import io.hyaline.proxy.route.RetryPlan;
import io.hyaline.proxy.upstream.Cluster;
import io.hyaline.proxy.upstream.ClusterCounter;
import io.hyaline.proxy.upstream.Host;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The attempts of one call: counts and times them, remembers the hosts they went to, and starts another one after a pause
 * while plan and breaker allow it.
 */
final class Attempts {

    private static final int MAX_DOUBLINGS = 10;

    private final Worker worker;
    private final StreamRecord record;
    private @Nullable RetryPlan plan;
    private @Nullable Deadline whole;
    private @Nullable Deadline perTry;
    private @Nullable Deadline stream;
    private @Nullable List<Host> tried;
    private int made;
    private boolean resent;

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

    /** Counts another attempt, and says so in {@code tell} unless it is null. */
    void next(@Nullable Head tell) {
        made++;
        record.attempts = made;
        if (tell != null) {
            tell.set(HeaderName.X_ENVOY_ATTEMPT_COUNT, String.valueOf(made));
        }
    }

    int made() {
        return made;
    }

    /** A host for the next attempt; one that has not been tried yet, if the plan wants that and there is one. */
    @Nullable
    Host choose(Cluster cluster, Downstream downstream) {
        Host chosen = cluster.choose(worker, downstream);
        RetryPlan retries = plan;
        if (retries == null || retries.reselections() == 0 || chosen == null) {
            return chosen;
        }
        List<Host> before = tried;
        if (before == null) {
            before = new ArrayList<>();
            tried = before;
        }
        for (int again = 0; chosen != null && before.contains(chosen) && again < retries.reselections(); again++) {
            chosen = cluster.choose(worker, downstream);
        }
        if (chosen != null) {
            before.add(chosen);
        }
        return chosen;
    }

    /** Bounds all attempts together; 0 is no bound. */
    void timeAll(long nanos, Runnable late) {
        if (nanos > 0) {
            whole = set(nanos, late);
        }
    }

    /** Bounds the current attempt, if the plan does. */
    void timeAttempt(Runnable late) {
        RetryPlan retries = plan;
        if (retries != null && retries.perTryTimeout() != null) {
            perTry = set(retries.perTryTimeout().toNanos(), late);
        }
    }

    /** Bounds the current attempt's stream, its answer included; null is no bound. */
    void timeStream(@Nullable Duration longest, Runnable late) {
        if (longest != null) {
            stream = set(longest.toNanos(), late);
        }
    }

    private Deadline set(long nanos, Runnable late) {
        Deadline deadline = new Deadline(late);
        worker.deadlines().set(deadline, System.nanoTime(), nanos);
        return deadline;
    }

    /** Stops the current attempt's clocks. */
    void attemptOver() {
        if (perTry != null) {
            perTry.cancel();
        }
        if (stream != null) {
            stream.cancel();
        }
    }

    /** Stops all clocks. */
    void over() {
        attemptOver();
        if (whole != null) {
            whole.cancel();
        }
    }

    /** How long an attempt may take: the shorter one of the two timeouts, where 0 means none. */
    long expectedNanos(long timeoutNanos) {
        long perTry = plan == null || plan.perTryTimeout() == null
                ? 0
                : plan.perTryTimeout().toNanos();
        return perTry > 0 && (timeoutNanos == 0 || perTry < timeoutNanos) ? perTry : timeoutNanos;
    }

    /** Runs {@code attempt} in place of the one before, which reached nobody; once, false from then on. */
    boolean resend(Reset reset, Head request, @Nullable Cluster cluster, Runnable attempt) {
        boolean planned = plan != null && Retries.onReset(plan, reset);
        if (planned || resent || cluster == null || !Retries.onStaleConnection(reset, request.method())) {
            return false;
        }
        resent = true;
        made--;
        count(cluster, ClusterCounter.UPSTREAM_RQ_RESENT, 1);
        record.upstream = null;
        // Later, so that other connections which closed in the same moment are known to have.
        worker.loop().execute(attempt);
        return true;
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
