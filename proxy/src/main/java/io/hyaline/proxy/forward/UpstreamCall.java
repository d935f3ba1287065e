package io.hyaline.proxy.forward;

import io.hyaline.proxy.codec.ClientStream;
import io.hyaline.proxy.codec.ClientStream.Reset;
import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.head.HeaderName;
import io.hyaline.proxy.reply.GrpcReply;
import io.hyaline.proxy.reply.LocalReply;
import io.hyaline.proxy.route.Matched;
import io.hyaline.proxy.route.RetryPlan;
import io.hyaline.proxy.route.RoutePlan;
import io.hyaline.proxy.upstream.Cluster;
import io.hyaline.proxy.upstream.ClusterCounter;
import io.hyaline.proxy.upstream.ClusterPlan.HttpVersion;
import io.hyaline.proxy.upstream.Host;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** The way of one request to its cluster, through as many attempts as its route allows. */
public final class UpstreamCall implements Cluster.Taker, ClientStream.Events {

    private final Caller caller;
    private final RoutePlan.Forward forward;
    private final Matched matched;
    private final KeptBody kept;
    private final Attempts attempts;
    private Cluster.@Nullable Acquisition waiting;
    private @Nullable ClientStream stream;
    private @Nullable Mirrors mirrors;
    private long timeoutNanos;
    private boolean answerBegun;
    private boolean over;
    private boolean reused;
    private boolean mirrored;

    public UpstreamCall(Caller caller, RoutePlan.Forward forward, Matched matched) {
        this.caller = caller;
        this.forward = forward;
        this.matched = matched;
        this.kept = new KeptBody(caller.router().keptBytes());
        this.attempts = new Attempts(caller);
    }

    /** A piece of the body that came before the call could begin. */
    public void early(ByteBuf data) {
        kept.hold(data);
    }

    public void early(Head trailers) {
        kept.trailers(trailers);
    }

    public void begin(String clusterName) {
        Cluster found = caller.router().clusters().get(clusterName);
        if (found == null) {
            over = true;
            caller.noCluster();
            return;
        }
        Head head = caller.head();
        attempts.at(found, Retries.plan(forward.retry(), head));
        boolean grpc = forward.lifetime().grpcRoute() != null && GrpcReply.wantedBy(head);
        timeoutNanos = CallTimeouts.wholeNanos(forward, head, grpc);
        head.removeAll(HeaderName.ROUTER_ONLY);
        Rewrites.apply(forward.rewrite(), matched, head);
        CallTimeouts.tell(head, attempts.expectedNanos(timeoutNanos), grpc);
        matched.editRequest(head, caller.record());
        if (found.hashes() && !forward.hashPolicies().isEmpty()) {
            attempts.hash(forward.hashPolicies());
        }
        kept.enabled(attempts.plan() != null);
        if (caller.requestEnded()) {
            attempts.timeAll(timeoutNanos, this::timedOut);
        }
        attempt();
    }

    private void timedOut() {
        if (over) {
            return;
        }
        attempts.count(ClusterCounter.UPSTREAM_RQ_TIMEOUT);
        attempts.misbehaved(true);
        release();
        giveUp(LocalReply.TIMEOUT);
    }

    /** The cluster's max_stream_duration. */
    private void lastedTooLong() {
        if (over) {
            return;
        }
        attempts.count(ClusterCounter.UPSTREAM_RQ_MAX_DURATION_REACHED);
        release();
        RetryPlan plan = attempts.plan();
        if (answerBegun || plan == null || !Retries.onReset(plan, Reset.REMOTE_RESET) || !again()) {
            giveUp(LocalReply.UPSTREAM_MAX_DURATION.whileRequest(!caller.requestEnded()));
        }
    }

    private void giveUp(LocalReply reply) {
        over = true;
        attempts.over();
        caller.reply(reply);
    }

    private void tryTimedOut() {
        if (over || answerBegun) {
            return;
        }
        attempts.count(ClusterCounter.UPSTREAM_RQ_PER_TRY_TIMEOUT);
        attempts.misbehaved(true);
        release();
        RetryPlan plan = attempts.plan();
        if (plan == null || !Retries.onPerTryTimeout(plan) || !again()) {
            giveUp(LocalReply.PER_TRY_TIMEOUT);
        }
    }

    private void attempt() {
        Cluster target = attempts.cluster();
        if (target == null || over) {
            return;
        }
        attempts.next(forward.includeAttemptCount() ? caller.head() : null);
        Host chosen = attempts.choose(target);
        if (chosen == null) {
            attempts.count(ClusterCounter.UPSTREAM_CX_NONE_HEALTHY);
            giveUp(LocalReply.NO_HOST);
            return;
        }
        if (!mirrored && !forward.mirrors().isEmpty()) {
            mirrored = true;
            mirrors = Mirrors.begin(forward.mirrors(), caller, kept, timeoutNanos);
        }
        if (target.full()) {
            attempts.count(ClusterCounter.UPSTREAM_RQ_PENDING_OVERFLOW);
            failed(Reset.OVERFLOW, "");
            return;
        }
        if (forward.rewrite().hostFromUpstream() && !chosen.hostname().isEmpty()) {
            caller.head().authority(chosen.hostname());
        }
        attempts.begin(target, chosen);
        attempts.timeAttempt(this::tryTimedOut);
        HttpVersion version = target.plan().protocol().versionFor(caller.head().minorVersion() == Head.HTTP_2);
        String alpn = caller.router().alpn().of(version, caller.head(), matched.filters());
        waiting = target.acquire(caller.worker(), chosen, caller.downstream(), version, alpn, this);
    }

    @Override
    public void ready(ClientStream ready) {
        waiting = null;
        if (over) {
            ready.cancel();
            return;
        }
        stream = ready;
        reused = ready.requestsBefore() > 0;
        attempts.called(ready);
        boolean end = caller.requestEnded() && kept.isEmpty();
        caller.record().upstreamSentNanos = System.nanoTime();
        attempts.timeStream(this::lastedTooLong);
        ready.send(caller.head(), end, this);
        if (!end) {
            kept.replay(ready, caller.requestEnded());
        }
        ready.flush();
        caller.stream().readBody(ready.writable());
    }

    @Override
    public void failed(Reset reset, String reason) {
        waiting = null;
        caller.record().upstreamFailure = reason;
        if (reset != Reset.OVERFLOW) {
            attempts.meant();
            attempts.misbehaved(reset == Reset.CONNECT_TIMEOUT);
        }
        lost(reset, reason);
    }

    @Override
    public void upstreamReset(Reset reset) {
        stream = null;
        boolean sendable = reused && !over && !answerBegun && kept.complete();
        if (sendable && attempts.resend(reset, this::attempt)) {
            release();
            return;
        }
        attempts.misbehaved(false);
        lost(reset, "");
    }

    private void lost(Reset reset, String reason) {
        release();
        if (over) {
            return;
        }
        RetryPlan plan = attempts.plan();
        if (!answerBegun && plan != null && Retries.onReset(plan, reset) && again()) {
            return;
        }
        giveUp(LocalReply.reset(reset, reason, attempts.made() > 1, answerBegun));
    }

    /** Begins another attempt, after a pause, when the plan and the breaker allow one. */
    private boolean again() {
        return kept.complete() && attempts.again(this::attempt);
    }

    @Override
    public void response(Head answer, boolean end) {
        long now = System.nanoTime();
        attempts.answered(answer.status());
        RetryPlan plan = attempts.plan();
        if (plan != null && Retries.onAnswer(plan, answer) && again()) {
            if (end) {
                stream = null;
            }
            release();
            return;
        }
        answerBegun = true;
        kept.release();
        attempts.won(answer, now);
        if (end) {
            over = true;
        }
        caller.respond(answer, end);
        if (answer.status() == 101 || caller.head().method().equals("CONNECT")) {
            caller.stream().tunnel();
        }
        if (end) {
            caller.stream().flush();
        }
    }

    @Override
    public void responseBody(ByteBuf data, boolean end) {
        if (over) {
            data.release();
            return;
        }
        if (end) {
            over = true;
        }
        caller.responseBody(data, end);
        if (end) {
            caller.stream().flush();
        } else if (!caller.stream().writable()) {
            readAnswer(false);
        }
    }

    @Override
    public void responseTrailers(Head trailers) {
        if (!over) {
            over = true;
            caller.responseTrailers(trailers);
            caller.stream().flush();
        }
    }

    @Override
    public void responsePaused() {
        if (answerBegun && !over) {
            caller.stream().flush();
        }
    }

    @Override
    public void upstreamWritable(boolean writable) {
        if (!caller.requestEnded()) {
            caller.stream().readBody(writable);
        }
    }

    public void readAnswer(boolean on) {
        if (stream != null && !over) {
            stream.readBody(on);
        }
    }

    public void requestBody(ByteBuf data, boolean end) {
        if (end && !over) {
            attempts.timeAll(timeoutNanos, this::timedOut);
        }
        if (mirrors != null && !over) {
            mirrors.body(data, end);
        }
        ClientStream open = stream;
        if (over) {
            data.release();
        } else if (open == null) {
            kept.hold(data);
            caller.stream().readBody(kept.hasRoom());
        } else {
            kept.copy(data);
            open.body(data, end);
            if (!open.writable()) {
                caller.stream().readBody(false);
            }
        }
    }

    public void requestTrailers(Head trailers) {
        if (over) {
            return;
        }
        attempts.timeAll(timeoutNanos, this::timedOut);
        if (mirrors != null) {
            mirrors.trailers(trailers);
        }
        kept.trailers(trailers);
        if (stream != null) {
            stream.trailers(trailers);
        }
    }

    public void flush() {
        if (stream != null && !over) {
            stream.flush();
        }
        if (mirrors != null) {
            mirrors.flush();
        }
    }

    /** The client does not want the answer any more, or cannot be sent it. */
    public void cancel() {
        over = true;
        if (waiting != null) {
            waiting.cancel();
            waiting = null;
        }
        attempts.meant();
        release();
        attempts.over();
    }

    /** The exchange has ended. */
    public void ended(long nowNanos) {
        over = true;
        attempts.over();
        kept.release();
        if (mirrors != null) {
            mirrors.over();
        }
        if (caller.requestEnded()) {
            stream = null;
        }
    }

    /** Lets go of the current attempt. */
    private void release() {
        attempts.attemptOver();
        ClientStream open = stream;
        if (open != null) {
            stream = null;
            open.cancel();
            open.readBody(true);
        }
    }
}
