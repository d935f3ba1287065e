package io.hyaline.proxy.http;

import io.hyaline.proxy.client.Downstream;
import io.hyaline.proxy.codec.Http1Server;
import io.hyaline.proxy.codec.ServerSettings;
import io.hyaline.proxy.codec.ServerStream;
import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.head.Reasons;
import io.hyaline.proxy.http2.Http2Server;
import io.hyaline.proxy.http2.ServerBounds;
import io.hyaline.proxy.log.ResponseFlag;
import io.hyaline.proxy.log.StreamRecord;
import io.hyaline.proxy.reply.LocalReply;
import io.netty.channel.ChannelHandler;
import org.jspecify.annotations.Nullable;

/** A client's connection under a connection manager: makes an exchange of every request. */
public final class HttpConnection implements ServerStream.Requests {

    private final HttpService service;
    private final Downstream downstream;

    private HttpConnection(HttpService service, Downstream downstream) {
        this.service = service;
        this.downstream = downstream;
    }

    /** The handler for a connection: HTTP/2 by ALPN or by demand; else HTTP/1, which may find that it is HTTP/2 after all. */
    public static ChannelHandler handler(HttpService service, Downstream downstream) {
        HttpConnection connection = new HttpConnection(service, downstream);
        connection.count(HttpCounter.DOWNSTREAM_CX_TOTAL, 1);
        connection.count(HttpCounter.DOWNSTREAM_CX_ACTIVE, 1);
        boolean second = switch (service.plan().codec()) {
            case HTTP1 -> false;
            case HTTP2 -> true;
            case AUTO -> downstream.tls() != null && downstream.tls().alpn().equals("h2");
        };
        return second ? connection.second() : connection.first();
    }

    private Http1Server first() {
        count(HttpCounter.DOWNSTREAM_CX_HTTP1_TOTAL, 1);
        return new Http1Server(downstream.worker(), settings(), this);
    }

    private Http2Server second() {
        count(HttpCounter.DOWNSTREAM_CX_HTTP2_TOTAL, 1);
        HcmPlan plan = service.plan();
        ServerBounds bounds = new ServerBounds(
                settings(),
                plan.limits().http2(),
                plan.timeouts().drain().toNanos(),
                plan.timeouts().streamIdle().toNanos());
        return Http2Server.of(downstream.worker(), bounds, this);
    }

    @Override
    public @Nullable ChannelHandler http2() {
        boolean open = downstream.tls() == null || downstream.tls().alpn().isEmpty();
        if (!open || service.plan().codec() != HcmPlan.Codec.AUTO) {
            return null;
        }
        count(HttpCounter.DOWNSTREAM_CX_HTTP1_TOTAL, -1);
        return second();
    }

    private ServerSettings settings() {
        HcmPlan plan = service.plan();
        return new ServerSettings(
                plan.limits().maxHeadBytes(),
                plan.limits().maxHeaders(),
                plan.limits().maxRequestsPerConnection(),
                plan.limits().acceptHttp10(),
                plan.limits().http10Host(),
                plan.limits().http1Trailers(),
                plan.timeouts().connectionIdle().toNanos(),
                plan.timeouts().requestHeaders().toNanos(),
                plan.timeouts().maxConnectionNanos(),
                service.draining());
    }

    private void count(HttpCounter counter, long amount) {
        service.counters().add(downstream.worker().index(), counter, amount);
    }

    @Override
    public ServerStream.Events request(ServerStream stream, Head head, boolean end) {
        HttpService now = service.newest();
        Exchange exchange = new Exchange(now, stream, head, record(now));
        exchange.start(end);
        return exchange;
    }

    private StreamRecord record(HttpService now) {
        int loop = downstream.worker().index();
        now.counters().add(loop, HttpCounter.DOWNSTREAM_RQ_TOTAL, 1);
        now.counters().add(loop, HttpCounter.DOWNSTREAM_RQ_ACTIVE, 1);
        return new StreamRecord(downstream, System.nanoTime(), System.currentTimeMillis() * 1000);
    }

    @Override
    public void refused(ServerStream stream, Head head, ServerStream.Refusal refusal) {
        HttpService now = service.newest();
        StreamRecord record = record(now);
        boolean broken = switch (refusal) {
            case MISSING_HOST, HEADERS_TIMEOUT -> false;
            case MALFORMED,
                    BAD_CHARACTER,
                    BAD_CONNECTION,
                    BAD_HOST,
                    BAD_FRAMING,
                    BAD_LENGTH,
                    BAD_TARGET,
                    BAD_TRANSFER_ENCODING,
                    HEAD_TOO_LARGE,
                    TOO_MANY_HEADERS,
                    OLD_VERSION -> true;
        };
        if (broken) {
            count(HttpCounter.DOWNSTREAM_CX_PROTOCOL_ERROR, 1);
        }
        if (refusal != ServerStream.Refusal.MISSING_HOST) {
            head.clear();
        }
        new Exchange(now, stream, head, record)
                .refuse(LocalReply.of(
                        refusal.status(),
                        broken ? Reasons.of(refusal.status()) : text(refusal),
                        broken ? ResponseFlag.DPE : null,
                        refusal.details()));
    }

    @Override
    public void abandoned(ServerStream stream, Head head, ServerStream.Departure how) {
        head.clear();
        HttpService now = service.newest();
        new Exchange(now, stream, head, record(now)).clientGone(how);
    }

    @Override
    public void protocolError() {
        count(HttpCounter.DOWNSTREAM_CX_PROTOCOL_ERROR, 1);
    }

    private static String text(ServerStream.Refusal refusal) {
        return refusal == ServerStream.Refusal.HEADERS_TIMEOUT ? "request header timeout" : "";
    }

    @Override
    public void connectionClosed() {
        count(HttpCounter.DOWNSTREAM_CX_ACTIVE, -1);
        count(HttpCounter.DOWNSTREAM_CX_DESTROY, 1);
    }
}
