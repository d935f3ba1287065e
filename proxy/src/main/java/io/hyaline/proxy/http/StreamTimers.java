package io.hyaline.proxy.http;

import io.hyaline.proxy.forward.CallTimeouts;
import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.loop.Deadlines.Deadline;
import io.hyaline.proxy.loop.Worker;
import io.hyaline.proxy.route.RoutePlan;
import org.jspecify.annotations.Nullable;

/** The clocks of one exchange: how long nothing may happen, how long the request may take to arrive, and the whole last. */
final class StreamTimers {

    private final Worker worker;
    private final Exchange exchange;
    private @Nullable Deadline idle;
    private @Nullable Deadline request;
    private @Nullable Deadline whole;
    private long idleNanos;
    private long lastActivity;

    StreamTimers(Worker worker, Exchange exchange) {
        this.worker = worker;
        this.exchange = exchange;
    }

    /** Begins to watch for silence, or goes on with another limit; 0 watches for none. */
    void idle(long nanos, long now) {
        idleNanos = nanos;
        lastActivity = now;
        if (idle != null) {
            idle.cancel();
            idle = null;
        }
        if (nanos > 0) {
            idle = new Deadline(this::idleTimeout);
            worker.deadlines().set(idle, now, nanos);
        }
    }

    /** Bounds the whole exchange, or goes on with another bound; 0 is none. */
    void whole(long nanos, long now) {
        if (whole != null) {
            whole.cancel();
            whole = null;
        }
        if (nanos > 0) {
            whole = new Deadline(exchange::maxDurationReached);
            worker.deadlines().set(whole, now, nanos);
        }
    }

    /** A route's own bound on the whole, or what a gRPC caller may ask for instead of it. */
    void life(RoutePlan.Lifetime lifetime, Head head, long now) {
        long asked = CallTimeouts.askedNanos(lifetime, head);
        if (asked >= 0) {
            whole(asked, now);
        } else if (lifetime.maxStream() != null) {
            whole(lifetime.maxStream().toNanos(), now);
        }
    }

    /** Watches over a request that is still arriving; 0 gives it all the time. */
    void request(long nanos, long now) {
        if (nanos > 0) {
            request = new Deadline(exchange::requestTimeout);
            worker.deadlines().set(request, now, nanos);
        }
    }

    void requestEnded() {
        if (request != null) {
            request.cancel();
        }
    }

    void touch() {
        if (idle != null) {
            lastActivity = System.nanoTime();
        }
    }

    private void idleTimeout() {
        Deadline deadline = idle;
        long now = System.nanoTime();
        if (deadline != null && now - lastActivity < idleNanos) {
            worker.deadlines().set(deadline, now, idleNanos - (now - lastActivity));
        } else {
            exchange.idleTimeout();
        }
    }

    void cancel() {
        if (idle != null) {
            idle.cancel();
            idle = null;
        }
        if (whole != null) {
            whole.cancel();
            whole = null;
        }
        requestEnded();
    }
}
