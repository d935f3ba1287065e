package io.hyaline.proxy.http;

import io.hyaline.proxy.client.Downstream;
import io.hyaline.proxy.codec.ServerStream;
import io.hyaline.proxy.forward.Caller;
import io.hyaline.proxy.forward.Router;
import io.hyaline.proxy.forward.UpstreamCall;
import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.head.HeaderName;
import io.hyaline.proxy.log.ResponseFlag;
import io.hyaline.proxy.log.StreamRecord;
import io.hyaline.proxy.loop.Worker;
import io.hyaline.proxy.reply.LocalReply;
import io.hyaline.proxy.route.ClusterChoice;
import io.hyaline.proxy.route.FilterSettings;
import io.hyaline.proxy.route.Matched;
import io.hyaline.proxy.route.RoutePlan;
import io.hyaline.proxy.route.RouteTable;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/** One request and its answer: decides what happens to it, and sees that it ends exactly once. */
final class Exchange implements ServerStream.Events, Caller {

    private final HttpService service;
    private final ServerStream stream;
    private final Head head;
    private final StreamRecord record;
    private final Worker worker;
    private @Nullable Matched matched;
    private @Nullable UpstreamCall call;
    private @Nullable FilterRun filters;
    private final StreamTimers timers;
    private boolean insecure;
    private boolean edited;
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
        route(table);
    }

    /** Finds the request's route and asks the filters that it concerns. */
    private void route(@Nullable RouteTable table) {
        Matched found = Matched.find(table, head, worker.random());
        insecure = found != null && found.host().requireTls() && !head.scheme().equals("https");
        FilterSettings settings = FilterSettings.NONE;
        if (found != null && !insecure) {
            matched = found;
            edited = found.route().action() instanceof RoutePlan.Forward;
            record.route = found.route().name();
            record.virtualHost = found.host().name();
            settings = found.filters();
        }
        if (service.filters().isIdle(settings)) {
            act();
        } else {
            filters = new FilterRun(this, service.filters(), settings);
            filters.go();
        }
    }

    /** Does what the route says. */
    void act() {
        Matched taken = matched;
        if (taken == null) {
            if (insecure) {
                redirect(Redirects.TO_HTTPS);
            } else {
                service.counters().add(worker.index(), HttpCounter.NO_ROUTE, 1);
                reply(LocalReply.NO_ROUTE);
            }
            return;
        }
        edited = true;
        switch (taken.route().action()) {
            case RoutePlan.Redirect redirect -> redirect(redirect);
            case RoutePlan.Direct(int status, String body) ->
                reply(LocalReply.of(status, body, null, "direct_response"));
            case RoutePlan.Forward forward -> forward(forward, taken);
        }
    }

    private void forward(RoutePlan.Forward forward, Matched taken) {
        String cluster = ClusterChoice.name(forward.target(), taken.share(), head);
        if (head.has(HeaderName.UPGRADE) && !service.plan().limits().upgradesTo(head.value(HeaderName.UPGRADE))) {
            record.cluster = cluster;
            reply(LocalReply.UPGRADE_REFUSED);
            return;
        }
        if (forward.idleTimeout() != null) {
            timers.idle(forward.idleTimeout().toNanos(), record.startNanos());
        }
        timers.life(forward.lifetime(), head, record.startNanos());
        UpstreamCall begun = new UpstreamCall(this, forward, taken);
        call = begun;
        if (filters != null) {
            filters.handOver(begun);
        }
        begun.begin(cluster);
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

    /** A filter answers with a head alone, which routes do not edit. */
    void answer(Head answer, String details) {
        edited = false;
        record.details = details;
        respond(answer, true);
        worker.recycle(answer);
        stream.flush();
    }

    /** The cluster that the request would go to, if there is one. */
    @Nullable
    String cluster() {
        return matched == null ? null : matched.cluster(head);
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
        if (matched != null && edited) {
            matched.editResponse(answer, record);
        }
        if (filters != null) {
            filters.answer(answer);
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
        if (filters != null) {
            filters.ended();
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
        if (record.isClosed()) {
            data.release();
        } else if (call != null) {
            call.requestBody(data, end);
        } else if (filters != null) {
            filters.hold(data);
        } else {
            data.release();
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
        if (record.isClosed()) {
            return;
        }
        if (call != null) {
            call.requestTrailers(trailers);
        } else if (filters != null) {
            filters.hold(trailers);
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
