package io.hyaline.proxy.forward;

import io.hyaline.proxy.codec.ClientStream;
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
 * The attempts of one call at its cluster: chooses their hosts, counts and times them, and starts another one after a pause
 * while plan and breaker allow it.
 */
final class Attempts {

    private static final int MAX_DOUBLINGS = 10;

    private final Caller caller;
    private final Worker worker;
    private @Nullable Cluster cluster;
    private @Nullable Host host;
    private @Nullable RetryPlan plan;
    private @Nullable Deadline whole;
    private @Nullable Deadline perTry;
    private @Nullable Deadline stream;
    private @Nullable List<Host> tried;
    private int made;
    private boolean resent;
    private boolean counted;
    private long hash;
    private boolean hashed;

    Attempts(Caller caller) {
        this.caller = caller;
        this.worker = caller.worker();
    }

    /** All attempts go to {@code target}, as {@code retries} has it; null is one attempt. */
    void at(Cluster target, @Nullable RetryPlan retries) {
        cluster = target;
        plan = retries;
        StreamRecord record = caller.record();
        record.cluster = target.plan().name();
        record.clusterStatName = target.plan().statName();
    }

    /** Hosts are chosen by this hash. */
    void hash(long key) {
        hash = key;
        hashed = true;
    }

    @Nullable
    Cluster cluster() {
        return cluster;
    }

    @Nullable
    RetryPlan plan() {
        return plan;
    }

    /** Counts another attempt, and says so in {@code tell} unless it is null. */
    void next(@Nullable Head tell) {
        made++;
        caller.record().attempts = made;
        if (tell != null) {
            tell.set(HeaderName.X_ENVOY_ATTEMPT_COUNT, String.valueOf(made));
        }
    }

    int made() {
        return made;
    }

    /** A host for the next attempt; one that has not been tried yet, if the plan wants that and there is one. */
    @Nullable
    Host choose(Cluster target) {
        Host chosen = choose(target, 0);
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
            chosen = choose(target, again + 1);
        }
        if (chosen != null) {
            before.add(chosen);
        }
        return chosen;
    }

    private @Nullable Host choose(Cluster target, int reselection) {
        return hashed ? target.choose(hash, reselection) : target.choose(worker, caller.downstream());
    }

    /** An attempt begins on {@code chosen}. */
    void begin(Cluster target, Host chosen) {
        host = chosen;
        target.begin(worker, chosen);
        counted = true;
    }

    /** The host has a stream for the attempt; null when it gave none. */
    void called(@Nullable ClientStream used) {
        caller.record()
                .called(
                        host == null ? "" : host.text(),
                        used == null ? null : used.localAddress(),
                        used == null ? "" : used.localText());
    }

    /** Says in the record which host was meant, if one was and nothing says so yet. */
    void meant() {
        if (host != null && caller.record().upstream == null) {
            called(null);
        }
    }

    void answered(int status) {
        if (cluster != null && host != null) {
            cluster.answered(worker, host, status);
        }
    }

    /** The host could not be reached, or broke the attempt off. */
    void misbehaved(boolean timeout) {
        if (cluster != null && host != null) {
            cluster.failed(worker, host, timeout);
        }
    }

    void count(ClusterCounter counter) {
        if (cluster != null) {
            count(cluster, counter, 1);
        }
    }

    /** The host is done with the attempt. */
    void uncount() {
        if (counted && cluster != null && host != null) {
            counted = false;
            cluster.end(worker, host);
        }
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

    /** Bounds the current attempt's stream, its answer included, if the cluster does. */
    void timeStream(Runnable late) {
        Duration longest = cluster == null ? null : cluster.plan().protocol().maxStreamDuration();
        if (longest != null) {
            stream = set(longest.toNanos(), late);
        }
    }

    private Deadline set(long nanos, Runnable late) {
        Deadline deadline = new Deadline(late);
        worker.deadlines().set(deadline, System.nanoTime(), nanos);
        return deadline;
    }

    /** Ends the current attempt: its clocks, and what is counted for its host. */
    void attemptOver() {
        uncount();
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
    boolean resend(Reset reset, Runnable attempt) {
        Cluster target = cluster;
        boolean planned = plan != null && Retries.onReset(plan, reset);
        if (planned || resent || target == null || !onStaleConnection(reset)) {
            return false;
        }
        resent = true;
        made--;
        count(target, ClusterCounter.UPSTREAM_RQ_RESENT, 1);
        caller.record().upstream = null;
        // Later, so that other connections which closed in the same moment are known to have.
        worker.loop().execute(attempt);
        return true;
    }

    private boolean onStaleConnection(Reset reset) {
        return Retries.onStaleConnection(reset, caller.head().method());
    }

    /** Runs {@code attempt} after a pause; false when there will be none. */
    boolean again(Runnable attempt) {
        Cluster target = cluster;
        RetryPlan retries = plan;
        if (retries == null || target == null) {
            return false;
        }
        if (made > retries.retries()) {
            caller.record().flag(ResponseFlag.URX);
            count(target, ClusterCounter.UPSTREAM_RQ_RETRY_LIMIT_EXCEEDED, 1);
            return false;
        }
        if (target.counters().sum(ClusterCounter.UPSTREAM_RQ_RETRY_ACTIVE)
                >= target.plan().breakers().maxRetries()) {
            count(target, ClusterCounter.UPSTREAM_RQ_RETRY_OVERFLOW, 1);
            return false;
        }
        count(target, ClusterCounter.UPSTREAM_RQ_RETRY, 1);
        count(target, ClusterCounter.UPSTREAM_RQ_RETRY_ACTIVE, 1);
        caller.record().upstream = null;
        caller.record().upstreamFailure = "";
        Runnable once = () -> {
            count(target, ClusterCounter.UPSTREAM_RQ_RETRY_ACTIVE, -1);
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

    private void count(Cluster target, ClusterCounter counter, long amount) {
        target.counters().add(worker.index(), counter, amount);
    }
}
