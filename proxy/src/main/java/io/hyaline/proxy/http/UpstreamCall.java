package io.hyaline.proxy.http;

import io.hyaline.proxy.codec.ClientStream;
import io.hyaline.proxy.codec.ClientStream.Reset;
import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.head.HeaderName;
import io.hyaline.proxy.log.StreamRecord;
import io.hyaline.proxy.loop.Deadlines.Deadline;
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
    private final KeptBody kept = new KeptBody();
    private final Attempts attempts;
    private @Nullable Cluster cluster;
    private @Nullable Host host;
    private Cluster.@Nullable Acquisition waiting;
    private @Nullable ClientStream stream;
    private @Nullable Deadline timeout;
    private @Nullable Deadline tryTimeout;
    private long timeoutNanos;
    private boolean answerBegun;
    private boolean over;
    private boolean counted;

    UpstreamCall(Exchange exchange, RoutePlan.Forward forward, Matched matched) {
        this.exchange = exchange;
        this.forward = forward;
        this.matched = matched;
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
        timeoutNanos = Retries.number(head.value(HeaderName.X_ENVOY_UPSTREAM_TIMEOUT), (int)
                        Math.min(Integer.MAX_VALUE, forward.timeout().toMillis()))
                * 1_000_000L;
        head.removeAll(HeaderName.ROUTER_ONLY);
        Rewrites.apply(forward.rewrite(), matched.route(), head);
        long expected = expectedNanos(attempts.plan());
        if (expected > 0) {
            head.set(HeaderName.X_ENVOY_EXPECTED_TIMEOUT, String.valueOf(expected / 1_000_000));
        }
        matched.editRequest(head, record);
        kept.enabled(attempts.plan() != null);
        if (exchange.requestEnded()) {
            armTimeout();
        }
        attempt();
    }

    /** How long an attempt may take: the shorter one of the two timeouts, where 0 means none. */
    private long expectedNanos(@Nullable RetryPlan plan) {
        long perTry = plan == null || plan.perTryTimeout() == null
                ? 0
                : plan.perTryTimeout().toNanos();
        return perTry > 0 && (timeoutNanos == 0 || perTry < timeoutNanos) ? perTry : timeoutNanos;
    }

    private void armTimeout() {
        if (timeoutNanos > 0) {
            timeout = new Deadline(() -> timedOut(LocalReply.TIMEOUT));
            exchange.worker().deadlines().set(timeout, System.nanoTime(), timeoutNanos);
        }
    }

    private void timedOut(LocalReply reply) {
        if (over) {
            return;
        }
        count(ClusterCounter.UPSTREAM_RQ_TIMEOUT);
        release();
        over = true;
        exchange.reply(reply);
    }

    private void tryTimedOut() {
        if (over || answerBegun) {
            return;
        }
        count(ClusterCounter.UPSTREAM_RQ_PER_TRY_TIMEOUT);
        release();
        RetryPlan plan = attempts.plan();
        if (plan == null || !Retries.onPerTryTimeout(plan) || !again()) {
            over = true;
            exchange.reply(LocalReply.PER_TRY_TIMEOUT);
        }
    }

    private void attempt() {
        Cluster target = cluster;
        if (target == null) {
            return;
        }
        int number = attempts.next();
        if (forward.includeAttemptCount()) {
            exchange.head().set(HeaderName.X_ENVOY_ATTEMPT_COUNT, String.valueOf(number));
        }
        Host chosen = target.choose(exchange.worker(), exchange.downstream());
        if (chosen == null) {
            target.counters().add(exchange.worker().index(), ClusterCounter.UPSTREAM_CX_NONE_HEALTHY, 1);
            over = true;
            stopTimers();
            exchange.reply(LocalReply.NO_HOST);
            return;
        }
        if (target.full()) {
            target.counters().add(exchange.worker().index(), ClusterCounter.UPSTREAM_RQ_PENDING_OVERFLOW, 1);
            failed(Reset.OVERFLOW, "");
            return;
        }
        host = chosen;
        if (forward.rewrite().hostFromUpstream() && !chosen.hostname().isEmpty()) {
            exchange.head().authority(chosen.hostname());
        }
        target.begin(exchange.worker(), chosen);
        counted = true;
        RetryPlan plan = attempts.plan();
        if (plan != null && plan.perTryTimeout() != null) {
            Deadline deadline = new Deadline(this::tryTimedOut);
            tryTimeout = deadline;
            exchange.worker()
                    .deadlines()
                    .set(deadline, System.nanoTime(), plan.perTryTimeout().toNanos());
        }
        waiting = target.acquire(exchange.worker(), chosen, exchange.downstream(), alpn(), this);
    }

    /** Istio's ALPN filter: the upstream connection says which protocol the request came in. */
    private String alpn() {
        for (HcmPlan.Filter filter : exchange.service().plan().filters()) {
            if (filter instanceof HcmPlan.Filter.IstioAlpn) {
                return exchange.head().minorVersion() == 0
                        ? "istio-http/1.0,istio,http/1.0"
                        : "istio-http/1.1,istio,http/1.1";
            }
        }
        return "";
    }

    @Override
    public void ready(ClientStream ready) {
        waiting = null;
        if (over) {
            ready.cancel();
            return;
        }
        stream = ready;
        StreamRecord record = exchange.record();
        record.upstream = new StreamRecord.Upstream(
                record.cluster,
                record.clusterStatName,
                host == null ? "" : host.text(),
                ready.localAddress(),
                ready.localText());
        boolean end = exchange.requestEnded() && kept.isEmpty();
        record.upstreamSentNanos = System.nanoTime();
        ready.send(exchange.head(), end, this);
        if (!end) {
            kept.replay(ready, exchange.requestEnded());
        }
        ready.flush();
        exchange.stream().readBody(ready.writable());
    }

    @Override
    public void failed(Reset reset, String reason) {
        waiting = null;
        exchange.record().upstreamFailure = reason;
        if (host != null && exchange.record().upstream == null && reset != Reset.OVERFLOW) {
            exchange.record().upstream = new StreamRecord.Upstream(
                    exchange.record().cluster, exchange.record().clusterStatName, host.text(), null, "");
        }
        lost(reset, reason);
    }

    @Override
    public void upstreamReset(Reset reset) {
        stream = null;
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
        over = true;
        stopTimers();
        exchange.reply(LocalReply.reset(reset, reason, attempts.made() > 1, answerBegun));
    }

    /** Begins another attempt, after a pause, when the plan and the breaker allow one. */
    private boolean again() {
        Cluster target = cluster;
        return target != null
                && kept.complete()
                && attempts.again(target, () -> {
                    if (!over) {
                        attempt();
                    }
                });
    }

    private void count(ClusterCounter counter) {
        if (cluster != null) {
            cluster.counters().add(exchange.worker().index(), counter, 1);
        }
    }

    @Override
    public void response(Head answer, boolean end) {
        long now = System.nanoTime();
        RetryPlan plan = attempts.plan();
        if (plan != null && Retries.onStatus(plan, answer.status()) && again()) {
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
        if (record.requestEndNanos != 0 && addsHeaders()) {
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

    private boolean addsHeaders() {
        return exchange.service().plan().filters().getLast() instanceof HcmPlan.Filter.Router(boolean adds) && adds;
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
            armTimeout();
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
            exchange.record().upstream = new StreamRecord.Upstream(
                    exchange.record().cluster, exchange.record().clusterStatName, host.text(), null, "");
        }
        release();
        stopTimers();
    }

    /** The exchange has ended. */
    void ended(long nowNanos) {
        over = true;
        stopTimers();
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
        if (tryTimeout != null) {
            tryTimeout.cancel();
        }
        ClientStream open = stream;
        if (open != null) {
            stream = null;
            open.cancel();
            open.readBody(true);
        }
    }

    private void stopTimers() {
        if (timeout != null) {
            timeout.cancel();
        }
        if (tryTimeout != null) {
            tryTimeout.cancel();
        }
    }
}
