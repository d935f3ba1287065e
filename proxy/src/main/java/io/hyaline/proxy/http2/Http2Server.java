package io.hyaline.proxy.http2;

import io.hyaline.proxy.codec.Drainable;
import io.hyaline.proxy.codec.ServerStream.Refusal;
import io.hyaline.proxy.codec.ServerStream.Requests;
import io.hyaline.proxy.loop.Deadlines.Deadline;
import io.hyaline.proxy.loop.Worker;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client's HTTP/2 connection. */
public final class Http2Server extends Multiplexer implements Drainable {

    private static final long DRAIN_PING = 0x6879616c696e65L;
    private static final long PREMATURE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private enum State {
        OPEN,
        /** The client has been told that the connection will end, and may still have requests on their way. */
        ENDING,
        /** No further request is taken. */
        LAST
    }

    private final ServerBounds bounds;
    private final Requests requests;
    private final Deadline idle = new Deadline(this::drain);
    private final Deadline age = new Deadline(this::drain);
    private final Deadline drained = new Deadline(this::lastRequests);
    private State state = State.OPEN;
    private long served;

    private Http2Server(Worker worker, ServerBounds bounds, Requests requests, Codec codec) {
        super(worker, bounds.limits(), codec);
        this.bounds = bounds;
        this.requests = requests;
    }

    public static Http2Server of(Worker worker, ServerBounds bounds, Requests requests) {
        Codec codec = Codec.of(
                true,
                bounds.limits(),
                bounds.common().maxHeadBytes(),
                bounds.common().maxHeaders());
        return new Http2Server(worker, bounds, requests, codec);
    }

    Requests requests() {
        return requests;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        super.handlerAdded(ctx);
        set(idle, bounds.common().idleNanos());
        set(age, bounds.common().ageNanos());
    }

    private void set(Deadline deadline, long nanos) {
        if (nanos > 0) {
            worker.deadlines().set(deadline, System.nanoTime(), nanos);
        }
    }

    /** Gives an answer that waits for its client's window as much time as the bounds have. */
    Deadline expectRoom(Runnable late) {
        Deadline deadline = new Deadline(late);
        set(deadline, bounds.flushNanos());
        return deadline;
    }

    @Override
    void firstFields(Http2Stream stream, FieldList fields, boolean end) {
        idle.cancel();
        flood.streamOpened();
        served++;
        int most = bounds.common().maxRequests();
        if (most > 0 && served >= most) {
            drain();
        }
        Http2ServerStream made = new Http2ServerStream(this, stream);
        bind(stream, made);
        made.begin(fields, end, bounds);
    }

    @Override
    protected void handleServerHeaderDecodeSizeError(ChannelHandlerContext ctx, Http2Stream stream) {
        Http2ServerStream made = new Http2ServerStream(this, stream);
        bind(stream, made);
        flood.streamOpened();
        made.refuse(Refusal.HEAD_TOO_LARGE);
        flush(ctx);
    }

    /** An answer begins, which may be the last one that this connection's configuration allows. */
    void answerBegins() {
        if (bounds.common().draining().begun()) {
            drain();
        }
    }

    @Override
    void streamGone(Multiplexed gone) {
        Http2ServerStream stream = (Http2ServerStream) gone;
        if (!flood.streamEnded(stream.givenUp() && stream.ageNanos() < PREMATURE_NANOS)) {
            onError(
                    context(),
                    false,
                    Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM, "too many requests are given up"));
        }
        if (connection().numActiveStreams() > 0) {
            return;
        }
        if (state == State.LAST) {
            closeBehind();
        } else if (state == State.OPEN) {
            set(idle, bounds.common().idleNanos());
        }
    }

    /**
     * Ends the connection in two steps, so that no request is lost: the client is told that it will end; once it must have
     * seen that, or the time for it is over, the last request is named. The connection closes when that has been answered.
     */
    @Override
    public void drain() {
        if (state != State.OPEN || !context().channel().isActive()) {
            return;
        }
        state = State.ENDING;
        idle.cancel();
        ChannelHandlerContext ctx = context();
        goAway(ctx, Integer.MAX_VALUE, Http2Error.NO_ERROR.code(), Unpooled.EMPTY_BUFFER, ctx.newPromise());
        encoder().writePing(ctx, false, DRAIN_PING, ctx.newPromise());
        flushSoon();
        set(drained, Math.max(1, bounds.drainNanos()));
    }

    @Override
    void pingAnswered(long data) {
        if (data == DRAIN_PING) {
            lastRequests();
        }
    }

    private void lastRequests() {
        if (state != State.ENDING) {
            return;
        }
        state = State.LAST;
        drained.cancel();
        ChannelHandlerContext ctx = context();
        int last = connection().remote().lastStreamCreated();
        goAway(ctx, last, Http2Error.NO_ERROR.code(), Unpooled.EMPTY_BUFFER, ctx.newPromise());
        flushSoon();
        if (connection().numActiveStreams() == 0) {
            closeBehind();
        }
    }

    @Override
    protected void onConnectionError(
            ChannelHandlerContext ctx, boolean outbound, Throwable cause, @Nullable Http2Exception e) {
        requests.protocolError();
        super.onConnectionError(ctx, outbound, cause, e);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        age.cancel();
        drained.cancel();
        super.channelInactive(ctx);
        // Last: the end of the last stream has set it.
        idle.cancel();
        requests.connectionClosed();
    }
}
