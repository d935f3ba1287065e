package io.hyaline.proxy.forward;

import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.head.HeaderName;
import io.hyaline.proxy.loop.Worker;
import io.hyaline.proxy.route.ClusterChoice;
import io.hyaline.proxy.route.RoutePlan.Mirror;
import io.hyaline.proxy.upstream.Cluster;
import io.hyaline.proxy.upstream.ClusterCounter;
import io.hyaline.proxy.upstream.Host;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The copies of one request: Envoy's request_mirror_policies. */
final class Mirrors {

    /** How long a copy may wait for its answer where the route knows no timeout. */
    private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(5);

    private static final String SUFFIX = "-shadow";

    private final List<MirrorCall> calls;
    private final long timeoutNanos;
    private boolean complete;

    private Mirrors(List<MirrorCall> calls, long timeoutNanos) {
        this.calls = calls;
        this.timeoutNanos = timeoutNanos > 0 ? timeoutNanos : LONGEST_NANOS;
    }

    /** Begins the copies of the caller's request as it is sent on; null when there are none. */
    static @Nullable Mirrors begin(List<Mirror> policies, Caller caller, KeptBody sofar, long timeoutNanos) {
        List<MirrorCall> calls = new ArrayList<>(policies.size());
        for (Mirror policy : policies) {
            MirrorCall call = policy.share().takes(caller.worker().random()) ? call(policy, caller) : null;
            if (call != null) {
                calls.add(call);
            }
        }
        if (calls.isEmpty()) {
            return null;
        }
        Mirrors mirrors = new Mirrors(calls, timeoutNanos);
        sofar.forEach(piece -> mirrors.body(piece, false));
        if (caller.requestEnded()) {
            Head trailers = sofar.trailers();
            if (trailers != null) {
                mirrors.trailers(trailers);
            } else {
                mirrors.ended();
            }
        }
        for (MirrorCall call : calls) {
            call.begin(caller);
        }
        return mirrors;
    }

    private static @Nullable MirrorCall call(Mirror policy, Caller caller) {
        Worker worker = caller.worker();
        Cluster cluster = caller.router().clusters().get(ClusterChoice.name(policy.target(), null, caller.head()));
        if (cluster == null) {
            return null;
        }
        Host host = cluster.choose(worker, caller.downstream());
        if (host == null) {
            cluster.counters().add(worker.index(), ClusterCounter.UPSTREAM_CX_NONE_HEALTHY, 1);
            return null;
        }
        if (cluster.full()) {
            cluster.counters().add(worker.index(), ClusterCounter.UPSTREAM_RQ_PENDING_OVERFLOW, 1);
            return null;
        }
        Head head = new Head();
        head.copyFrom(caller.head());
        if (policy.suffix()) {
            head.authority(copyOf(head.authority()));
        }
        head.set(HeaderName.X_ENVOY_INTERNAL, "true");
        String own = caller.router().ownAddress();
        if (own != null) {
            String before = head.joined(HeaderName.X_FORWARDED_FOR);
            head.set(HeaderName.X_FORWARDED_FOR, before == null || before.isEmpty() ? own : before + "," + own);
        }
        return new MirrorCall(
                worker, cluster, host, head, new KeptBody(caller.router().keptBytes()));
    }

    /** The host that a copy is sent to by name: the suffix stands before the port. */
    static String copyOf(String authority) {
        int colon = authority.lastIndexOf(':');
        return colon > authority.lastIndexOf(']')
                ? authority.substring(0, colon) + SUFFIX + authority.substring(colon)
                : authority + SUFFIX;
    }

    /** A piece of the request's body, which stays the caller's. */
    void body(ByteBuf data, boolean end) {
        for (MirrorCall call : calls) {
            call.body(data.retainedDuplicate(), end);
        }
        if (end) {
            ended();
        }
    }

    void trailers(Head trailers) {
        for (MirrorCall call : calls) {
            call.trailers(trailers);
        }
        ended();
    }

    private void ended() {
        complete = true;
        for (MirrorCall call : calls) {
            call.requestEnded(timeoutNanos);
        }
    }

    void flush() {
        for (MirrorCall call : calls) {
            call.flush();
        }
    }

    /** No more of the request will come: copies that lack something have no use. */
    void over() {
        if (!complete) {
            complete = true;
            for (MirrorCall call : calls) {
                call.cancel();
            }
        }
    }
}
