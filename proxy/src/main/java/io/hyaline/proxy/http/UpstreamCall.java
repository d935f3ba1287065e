package io.hyaline.proxy.http;

import io.hyaline.proxy.codec.ClientStream;
import io.hyaline.proxy.codec.ClientStream.Reset;
import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.head.HeaderName;
import io.hyaline.proxy.log.StreamRecord;
import io.hyaline.proxy.route.RetryPlan;
import io.hyaline.proxy.route.RoutePlan;
import io.hyaline.proxy.upstream.Cluster;
import io.hyaline.proxy.upstream.ClusterCounter;
import io.hyaline.proxy.upstream.Host;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** The way of one request to its cluster, through as many attempts as its route allows. */
final class UpstreamCall implements Cluster.Taker, ClientStream.Events {

    private final Exchange exchange;
    private final RoutePlan.Forward forward;
    private final Matched matched;
    private final KeptBody kept;
    private final Attempts attempts;
    private @Nullable Cluster cluster;
    private @Nullable Host host;
    private Cluster.@Nullable Acquisition waiting;
    private @Nullable ClientStream stream;
    private @Nullable Head requestTrailers;
    private long timeoutNanos;
    private boolean answerBegun;
    private boolean over;
    private boolean counted;
    private boolean reused;

    UpstreamCall(Exchange exchange, RoutePlan.Forward forward, Matched matched) {
        this.exchange = exchange;
        this.forward = forward;
        this.matched = matched;
        this.kept = new KeptBody(exchange.service().keptBytes());
        this.attempts = new Attempts(exchange.worker(), exchange.record());
    }

    void begin(String clusterName) {
        StreamRecord record = exchange.record();
        Cluster found = exchange.service().clusters().get(clusterName);
        if (found == null) {
            over = true;
            exchange.service().counters().add(exchange.worker().index(), HttpCounter.NO_CLUSTER, 1);
            exchange.reply(LocalReply.NO_CLUSTER);
            return;
        }
        record.cluster = clusterName;
        record.clusterStatName = found.plan().statName();
        cluster = found;
        Head head = exchange.head();
        attempts.plan(Retries.plan(forward.retry(), head));
        boolean grpc = forward.lifetime().grpcRoute() != null && GrpcTimeouts.isGrpc(head);
        timeoutNanos = CallTimeouts.wholeNanos(forward, head, grpc);
        head.removeAll(HeaderName.ROUTER_ONLY);
        Rewrites.apply(forward.rewrite(), matched.route(), head);
        CallTimeouts.tell(head, attempts.expectedNanos(timeoutNanos), grpc);
        matched.editRequest(head, record);
        kept.enabled(attempts.plan() != null);
        if (exchange.requestEnded()) {
            attempts.timeAll(timeoutNanos, this::timedOut);
        }
        attempt();
    }

    private void timedOut() {
        if (over) {
            return;
        }
        count(ClusterCounter.UPSTREAM_RQ_TIMEOUT);
        misbehaved(true);
        release();
        giveUp(LocalReply.TIMEOUT);
    }

    /** The cluster's max_stream_duration. */
    private void lastedTooLong() {
        if (over) {
            return;
        }
        count(ClusterCounter.UPSTREAM_RQ_MAX_DURATION_REACHED);
        release();
        RetryPlan plan = attempts.plan();
        if (answerBegun || plan == null || !Retries.onReset(plan, Reset.REMOTE_RESET) || !again()) {
            giveUp(LocalReply.UPSTREAM_MAX_DURATION.whileRequest(!exchange.requestEnded()));
        }
    }

    private void giveUp(LocalReply reply) {
        over = true;
        attempts.over();
        exchange.reply(reply);
    }

    private void misbehaved(boolean timeout) {
        if (cluster != null && host != null) {
            cluster.failed(exchange.worker(), host, timeout);
        }
    }

    private void tryTimedOut() {
        if (over || answerBegun) {
            return;
        }
        count(ClusterCounter.UPSTREAM_RQ_PER_TRY_TIMEOUT);
        misbehaved(true);
        release();
        RetryPlan plan = attempts.plan();
        if (plan == null || !Retries.onPerTryTimeout(plan) || !again()) {
            giveUp(LocalReply.PER_TRY_TIMEOUT);
        }
    }

    private void attempt() {
        Cluster target = cluster;
        if (target == null || over) {
            return;
        }
        attempts.next(forward.includeAttemptCount() ? exchange.head() : null);
        Host chosen = attempts.choose(target, exchange.downstream());
        if (chosen == null) {
            count(ClusterCounter.UPSTREAM_CX_NONE_HEALTHY);
            giveUp(LocalReply.NO_HOST);
            return;
        }
        if (target.full()) {
            count(ClusterCounter.UPSTREAM_RQ_PENDING_OVERFLOW);
            failed(Reset.OVERFLOW, "");
            return;
        }
        host = chosen;
        if (forward.rewrite().hostFromUpstream() && !chosen.hostname().isEmpty()) {
            exchange.head().authority(chosen.hostname());
        }
        target.begin(exchange.worker(), chosen);
        counted = true;
        attempts.timeAttempt(this::tryTimedOut);
        String alpn = UpstreamAlpn.of(exchange.service().plan(), exchange.head());
        waiting = target.acquire(exchange.worker(), chosen, exchange.downstream(), alpn, this);
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
        StreamRecord record = exchange.record();
        upstream(ready);
        Head trailers = requestTrailers;
        boolean end = exchange.requestEnded() && kept.isEmpty() && trailers == null;
        record.upstreamSentNanos = System.nanoTime();
        if (cluster != null && cluster.plan().protocol().maxStreamDuration() != null) {
            attempts.timeStream(cluster.plan().protocol().maxStreamDuration(), this::lastedTooLong);
        }
        ready.send(exchange.head(), end, this);
        if (!end) {
            kept.replay(ready, exchange.requestEnded() && trailers == null);
            if (trailers != null) {
                ready.trailers(trailers);
            }
        }
        ready.flush();
        exchange.stream().readBody(ready.writable());
    }

    private void upstream(@Nullable ClientStream used) {
        exchange.record()
                .called(
                        host == null ? "" : host.text(),
                        used == null ? null : used.localAddress(),
                        used == null ? "" : used.localText());
    }

    @Override
    public void failed(Reset reset, String reason) {
        waiting = null;
        exchange.record().upstreamFailure = reason;
        if (host != null && exchange.record().upstream == null && reset != Reset.OVERFLOW) {
            upstream(null);
        }
        if (reset != Reset.OVERFLOW) {
            misbehaved(reset == Reset.CONNECT_TIMEOUT);
        }
        lost(reset, reason);
    }

    @Override
    public void upstreamReset(Reset reset) {
        stream = null;
        boolean sendable = reused && !over && !answerBegun && kept.complete();
        if (sendable && attempts.resend(reset, exchange.head(), cluster, this::attempt)) {
            release();
            return;
        }
        misbehaved(false);
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
        Cluster target = cluster;
        return target != null && kept.complete() && attempts.again(target, this::attempt);
    }

    private void count(ClusterCounter counter) {
        if (cluster != null) {
            cluster.counters().add(exchange.worker().index(), counter, 1);
        }
    }

    @Override
    public void response(Head answer, boolean end) {
        long now = System.nanoTime();
        if (cluster != null && host != null) {
            cluster.answered(exchange.worker(), host, answer.status());
        }
        RetryPlan plan = attempts.plan();
        if (plan != null && Retries.onAnswer(plan, answer) && again()) {
            if (end) {
                stream = null;
            }
            release();
            return;
        }
        if (attempts.made() > 1) {
            count(ClusterCounter.UPSTREAM_RQ_RETRY_SUCCESS);
        }
        answerBegun = true;
        kept.release();
        StreamRecord record = exchange.record();
        record.responseStartNanos = now;
        record.details = "via_upstream";
        count(ClusterCounter.UPSTREAM_RQ_COMPLETED);
        count(ClusterCounter.ofStatus(answer.status()));
        // The time counts from the end of the request; an answer that comes earlier has none.
        if (record.requestEndNanos != 0 && exchange.service().plan().addsResponseHeaders()) {
            answer.set(HeaderName.X_ENVOY_SERVICE_TIME, String.valueOf((now - record.requestEndNanos) / 1_000_000));
        }
        if (end) {
            over = true;
        }
        exchange.respond(answer, end);
        if (answer.status() == 101 || exchange.head().method().equals("CONNECT")) {
            exchange.stream().tunnel();
        }
        if (end) {
            exchange.stream().flush();
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
        exchange.responseBody(data, end);
        if (end) {
            exchange.stream().flush();
        } else if (!exchange.stream().writable()) {
            readAnswer(false);
        }
    }

    @Override
    public void responseTrailers(Head trailers) {
        if (!over) {
            over = true;
            exchange.responseTrailers(trailers);
            exchange.stream().flush();
        }
    }

    @Override
    public void responsePaused() {
        if (answerBegun && !over) {
            exchange.stream().flush();
        }
    }

    @Override
    public void upstreamWritable(boolean writable) {
        if (!exchange.requestEnded()) {
            exchange.stream().readBody(writable);
        }
    }

    void readAnswer(boolean on) {
        if (stream != null && !over) {
            stream.readBody(on);
        }
    }

    void requestBody(ByteBuf data, boolean end) {
        if (end && !over) {
            attempts.timeAll(timeoutNanos, this::timedOut);
        }
        ClientStream open = stream;
        if (over) {
            data.release();
        } else if (open == null) {
            kept.hold(data);
            exchange.stream().readBody(kept.hasRoom());
        } else {
            kept.copy(data);
            open.body(data, end);
            if (!open.writable()) {
                exchange.stream().readBody(false);
            }
        }
    }

    void requestTrailers(Head trailers) {
        if (over) {
            return;
        }
        attempts.timeAll(timeoutNanos, this::timedOut);
        requestTrailers = trailers;
        if (stream != null) {
            stream.trailers(trailers);
        }
    }

    void flush() {
        if (stream != null && !over) {
            stream.flush();
        }
    }

    /** The client does not want the answer any more, or cannot be sent it. */
    void cancel() {
        over = true;
        if (waiting != null) {
            waiting.cancel();
            waiting = null;
        }
        if (host != null && exchange.record().upstream == null) {
            upstream(null);
        }
        release();
        attempts.over();
    }

    /** The exchange has ended. */
    void ended(long nowNanos) {
        over = true;
        attempts.over();
        kept.release();
        uncount();
        if (exchange.requestEnded()) {
            stream = null;
        }
    }

    private void uncount() {
        if (counted && cluster != null && host != null) {
            counted = false;
            cluster.end(exchange.worker(), host);
        }
    }

    /** Lets go of the current attempt. */
    private void release() {
        uncount();
        attempts.attemptOver();
        ClientStream open = stream;
        if (open != null) {
            stream = null;
            open.cancel();
            open.readBody(true);
        }
    }
}
