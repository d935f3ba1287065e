package io.hyaline.proxy.http;

import io.hyaline.proxy.client.Downstream;
import io.hyaline.proxy.codec.ServerStream;
import io.hyaline.proxy.forward.CallTimeouts;
import io.hyaline.proxy.forward.Caller;
import io.hyaline.proxy.forward.ClusterChoice;
import io.hyaline.proxy.forward.Router;
import io.hyaline.proxy.forward.UpstreamCall;
import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.head.HeaderName;
import io.hyaline.proxy.log.ResponseFlag;
import io.hyaline.proxy.log.StreamRecord;
import io.hyaline.proxy.loop.Worker;
import io.hyaline.proxy.reply.LocalReply;
import io.hyaline.proxy.route.Matched;
import io.hyaline.proxy.route.RouteMatcher;
import io.hyaline.proxy.route.RoutePlan;
import io.hyaline.proxy.route.RouteTable;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One request and its answer: decides what happens to it, and sees that it ends exactly once. */
final class Exchange implements ServerStream.Events, Caller {

    private static final int MILLION = 1_000_000;

    private final HttpService service;
    private final ServerStream stream;
    private final Head head;
    private final StreamRecord record;
    private final Worker worker;
    private @Nullable Matched matched;
    private @Nullable UpstreamCall call;
    private final StreamTimers timers;
    private boolean requestEnded;
    private boolean responseBegun;

    Exchange(HttpService service, ServerStream stream, Head head, StreamRecord record) {
        this.service = service;
        this.stream = stream;
        this.head = head;
        this.record = record;
        this.worker = record.downstream().worker();
        this.timers = new StreamTimers(worker, this);
        record.protocol = stream.protocol(head);
    }

    @Override
    public Router router() {
        return service.router();
    }

    @Override
    public StreamRecord record() {
        return record;
    }

    @Override
    public Downstream downstream() {
        return record.downstream();
    }

    @Override
    public Worker worker() {
        return worker;
    }

    @Override
    public Head head() {
        return head;
    }

    @Override
    public ServerStream stream() {
        return stream;
    }

    @Override
    public boolean requestEnded() {
        return requestEnded;
    }

    void start(boolean end) {
        record.request = head;
        requestEnded = end;
        if (end) {
            record.requestEndNanos = record.startNanos();
        }
        timers.idle(service.plan().timeouts().streamIdle().toNanos(), record.startNanos());
        timers.whole(service.plan().timeouts().maxStreamNanos(), record.startNanos());
        if (!end) {
            timers.request(service.plan().timeouts().request().toNanos(), record.startNanos());
        }
        LocalReply refusal = Paths.settle(service.plan().paths(), head);
        if (refusal != null) {
            if (refusal.equals(LocalReply.BAD_PATH)) {
                stream.closeAfterwards();
            }
            reply(refusal);
            return;
        }
        RouteTable table = service.routes().get();
        RequestHeaders.settle(service, downstream(), head, record, table, worker.random());
        filter(table, 0);
    }

    private boolean upgradeAllowed() {
        String type = String.valueOf(head.value(HeaderName.UPGRADE)).toLowerCase(Locale.ROOT);
        return service.plan().limits().upgrades().contains(type);
    }

    /** Runs the filters from number {@code from}; a delay comes back here. */
    private void filter(@Nullable RouteTable table, int from) {
        var filters = service.plan().filters();
        for (int i = from; i < filters.size(); i++) {
            if (filters.get(i) instanceof HcmPlan.Filter.Fault fault) {
                int next = i + 1;
                if (fault.delay() != null && worker.random().nextInt(MILLION) < fault.delayShare()) {
                    record.flag(ResponseFlag.DI);
                    worker.loop()
                            .schedule(
                                    () -> abortOrGoOn(fault, table, next),
                                    fault.delay().toNanos(),
                                    TimeUnit.NANOSECONDS);
                } else {
                    abortOrGoOn(fault, table, next);
                }
                return;
            }
        }
        route(table);
    }

    private void abortOrGoOn(HcmPlan.Filter.Fault fault, @Nullable RouteTable table, int next) {
        if (record.isClosed()) {
            return;
        }
        if (fault.abortStatus() != 0 && worker.random().nextInt(MILLION) < fault.abortShare()) {
            reply(new LocalReply(
                    fault.abortStatus(), LocalReply.FAULT.body(), ResponseFlag.FI, LocalReply.FAULT.details(), false));
        } else {
            filter(table, next);
        }
    }

    private void route(@Nullable RouteTable table) {
        RouteTable.VirtualHost host = table == null ? null : table.host(table.anyHostOnly() ? "" : head.authority());
        RoutePlan route = host == null
                ? null
                : RouteMatcher.match(host.routes(), head, worker.random().nextDouble());
        if (table == null || host == null || route == null) {
            service.counters().add(worker.index(), HttpCounter.NO_ROUTE, 1);
            reply(LocalReply.NO_ROUTE);
            return;
        }
        if (host.requireTls() && !head.scheme().equals("https")) {
            redirect(Redirects.TO_HTTPS);
            return;
        }
        record.route = route.name();
        record.virtualHost = host.name();
        switch (route.action()) {
            case RoutePlan.Redirect redirect -> {
                matched = new Matched(table, host, route, null);
                redirect(redirect);
            }
            case RoutePlan.Direct(int status, String body) -> {
                matched = new Matched(table, host, route, null);
                reply(LocalReply.of(status, body, null, "direct_response"));
            }
            case RoutePlan.Forward forward -> {
                RoutePlan.Share share = ClusterChoice.share(forward.target(), worker.random());
                Matched taken = new Matched(table, host, route, share);
                matched = taken;
                String cluster = ClusterChoice.name(forward.target(), share, head);
                if (head.has(HeaderName.UPGRADE) && !upgradeAllowed()) {
                    record.cluster = cluster;
                    reply(LocalReply.UPGRADE_REFUSED);
                    return;
                }
                if (forward.idleTimeout() != null) {
                    timers.idle(forward.idleTimeout().toNanos(), record.startNanos());
                }
                limitLife(forward.lifetime());
                call = new UpstreamCall(this, forward, taken);
                call.begin(cluster);
            }
        }
    }

    /** A route's own bound on the stream, or what a gRPC caller may ask for instead of it. */
    private void limitLife(RoutePlan.Lifetime lifetime) {
        long asked = CallTimeouts.askedNanos(lifetime, head);
        if (asked >= 0) {
            timers.whole(asked, record.startNanos());
        } else if (lifetime.maxStream() != null) {
            timers.whole(lifetime.maxStream().toNanos(), record.startNanos());
        }
    }

    private void redirect(RoutePlan.Redirect redirect) {
        Head answer = worker.head();
        answer.status(redirect.status());
        answer.add(HeaderName.LOCATION, Redirects.location(redirect, head, matched));
        record.details = "direct_response";
        respond(answer, true);
        worker.recycle(answer);
        stream.flush();
    }

    /** Answers a request that could not even be read. */
    void refuse(LocalReply reply) {
        record.request = head;
        requestEnded = true;
        reply(reply);
    }

    @Override
    public void noCluster() {
        count(HttpCounter.NO_CLUSTER, 1);
        reply(LocalReply.NO_CLUSTER);
    }

    /** Answers by itself. Once an answer has begun, only giving up is left. */
    @Override
    public void reply(LocalReply reply) {
        if (record.isClosed()) {
            return;
        }
        if (reply.flag() != null) {
            record.flag(reply.flag());
        }
        record.details = reply.details();
        if (responseBegun) {
            finish();
            stream.abort();
            return;
        }
        Head answer = worker.head();
        byte[] body = reply.write(head, answer);
        boolean headersOnly = body.length == 0 || head.method().equals("HEAD");
        respond(answer, headersOnly);
        worker.recycle(answer);
        if (!headersOnly) {
            responseBody(Unpooled.wrappedBuffer(body), true);
        }
        stream.flush();
    }

    /** Sends the head of an answer on its way to the client. */
    @Override
    public void respond(Head answer, boolean end) {
        record.status = answer.status();
        if (matched != null) {
            matched.editResponse(answer, record);
        }
        AnswerHead.settle(service.plan(), worker, head, answer);
        responseBegun = true;
        record.response = answer;
        if (end) {
            finish();
        }
        stream.respond(answer, end);
    }

    @Override
    public void responseBody(ByteBuf data, boolean end) {
        record.bytesSent += data.readableBytes();
        timers.touch();
        if (end) {
            finish();
        }
        stream.body(data, end);
    }

    /** The answer ends with trailers. */
    @Override
    public void responseTrailers(Head trailers) {
        record.trailers = trailers;
        finish();
        stream.trailers(trailers);
    }

    void maxDurationReached() {
        if (!record.isClosed()) {
            service.counters().add(worker.index(), HttpCounter.DOWNSTREAM_RQ_MAX_DURATION_REACHED, 1);
            cancelCall();
            reply(LocalReply.MAX_DURATION.whileRequest(!requestEnded));
        }
    }

    void requestTimeout() {
        if (!record.isClosed()) {
            cancelCall();
            reply(LocalReply.REQUEST_TIMEOUT);
        }
    }

    void idleTimeout() {
        if (record.isClosed()) {
            return;
        }
        service.counters().add(worker.index(), HttpCounter.DOWNSTREAM_RQ_IDLE_TIMEOUT, 1);
        cancelCall();
        reply(requestEnded ? LocalReply.IDLE : LocalReply.IDLE_REQUEST);
    }

    private void cancelCall() {
        if (call != null) {
            call.cancel();
        }
    }

    /** Closes the record: log and counters. The streams may still have bytes to move, the exchange has none. */
    private void finish() {
        timers.cancel();
        long now = System.nanoTime();
        if (call != null) {
            call.ended(now);
        }
        record.close(now);
        count(HttpCounter.DOWNSTREAM_RQ_ACTIVE, -1);
        if (record.status >= 100) {
            count(HttpCounter.DOWNSTREAM_RQ_COMPLETED, 1);
            count(HttpCounter.ofStatus(record.status), 1);
        }
        service.logs().of(worker).log(service.plan().accessLogs(), record);
    }

    private void count(HttpCounter counter, long amount) {
        service.counters().add(worker.index(), counter, amount);
    }

    @Override
    public void requestBody(ByteBuf data, boolean end) {
        record.bytesReceived += data.readableBytes();
        timers.touch();
        if (end) {
            requestComplete();
        }
        if (call == null || record.isClosed()) {
            data.release();
        } else {
            call.requestBody(data, end);
        }
    }

    private void requestComplete() {
        requestEnded = true;
        timers.requestEnded();
        record.requestEndNanos = System.nanoTime();
    }

    @Override
    public void requestTrailers(Head trailers) {
        requestComplete();
        if (call != null && !record.isClosed()) {
            call.requestTrailers(trailers);
        }
    }

    @Override
    public void requestPaused() {
        if (call != null) {
            call.flush();
        }
    }

    @Override
    public void clientGone(ServerStream.Departure how) {
        if (record.isClosed()) {
            cancelCall();
            return;
        }
        count(HttpCounter.DOWNSTREAM_RQ_RX_RESET, 1);
        cancelCall();
        if (how == ServerStream.Departure.BROKEN) {
            reply(LocalReply.BROKEN_BODY);
            return;
        }
        ResponseFlag left = how == ServerStream.Departure.RESET ? ResponseFlag.DR : ResponseFlag.DC;
        record.flag(how == ServerStream.Departure.VIOLATION ? ResponseFlag.DPE : left);
        record.details = how.details();
        finish();
    }

    @Override
    public void clientWritable(boolean writable) {
        if (call != null) {
            call.readAnswer(writable);
        }
    }
}
