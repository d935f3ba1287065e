package io.hyaline.proxy.http2;

import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.loop.Worker;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What both ends of an HTTP/2 connection have: Netty's codec, and the streams that hang on it. Owned by one loop. */
abstract class Multiplexer extends Http2ConnectionHandler {

    final Worker worker;
    final FloodGuard flood;
    private final Http2Limits limits;
    private final Http2Connection.PropertyKey key;
    private final List<Multiplexed> arrivals = new ArrayList<>();
    private final Runnable flushing = this::flushNow;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Heartbeat heartbeat;
    private boolean reading;
    private boolean flushIsDue;

    Multiplexer(Worker worker, Http2Limits limits, Codec codec) {
        super(codec.decoder(), codec.encoder(), codec.settings(), true, false);
        this.worker = worker;
        this.limits = limits;
        this.flood = new FloodGuard(limits);
        this.key = codec.decoder().connection().newKey();
        codec.decoder().frameListener(new Frames());
        codec.decoder().connection().addListener(new Streams());
        codec.encoder().flowController().listener(stream -> {
            Multiplexed known = of(stream);
            if (known != null) {
                known.writabilityChanged(known.writable());
            }
        });
    }

    /** Fields of a stream that nobody knows yet. */
    abstract void firstFields(Http2Stream stream, FieldList fields, boolean end) throws Http2Exception;

    /** A stream has gone. */
    abstract void streamGone(Multiplexed stream);

    void pingAnswered(long data) {}

    void goingAway() {}

    void settingsChanged() {}

    /** The peer has not answered a ping in time; the connection is about to be closed. */
    void silent() {
        tellAll(Multiplexed::silent);
    }

    private void tellAll(Consumer<Multiplexed> what) {
        try {
            connection().forEachActiveStream(stream -> {
                Multiplexed known = of(stream);
                if (known != null) {
                    what.accept(known);
                }
                return true;
            });
        } catch (Http2Exception impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    final ChannelHandlerContext context() {
        return Objects.requireNonNull(context, "not on a channel yet");
    }

    final @Nullable Multiplexed of(@Nullable Http2Stream stream) {
        return stream == null ? null : stream.getProperty(key);
    }

    final void bind(Http2Stream stream, Multiplexed known) {
        stream.setProperty(key, known);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        context = ctx;
        super.handlerAdded(ctx);
        var window = connection().local().flowController();
        Http2Stream whole = connection().connectionStream();
        window.incrementWindowSize(whole, Math.max(0, limits.connectionWindow() - window.windowSize(whole)));
        flushSoon();
        if (limits.keepAlive() != null) {
            heartbeat = new Heartbeat(this, limits.keepAlive());
            heartbeat.start();
        }
    }

    /** The first request after a while begins. */
    final void busyAgain(long idleNanos) {
        if (heartbeat != null) {
            heartbeat.busyAgain(idleNanos);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        if (heartbeat != null) {
            heartbeat.stop();
        }
        super.channelInactive(ctx);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        reading = true;
        super.channelRead(ctx, message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
        for (int i = 0; i < arrivals.size(); i++) {
            arrivals.get(i).arrivalsOver();
        }
        arrivals.clear();
        reading = false;
        super.channelReadComplete(ctx);
    }

    private void arrived(Multiplexed stream) {
        if (stream.arrives()) {
            arrivals.add(stream);
        }
    }

    /**
     * Sends what has been gathered when all that has arrived has been read: here, or on the loop's other connections, whose
     * requests or answers leave by this one in one write.
     */
    final void flushSoon() {
        if (!reading && !flushIsDue) {
            flushIsDue = true;
            worker.loop().execute(flushing);
        }
    }

    private void flushNow() {
        flushIsDue = false;
        ChannelHandlerContext ctx = context();
        if (ctx.channel().isActive()) {
            flush(ctx);
        }
    }

    final ChannelFuture writeFields(Http2Stream stream, Http2Headers fields, boolean end) {
        ChannelHandlerContext ctx = context();
        return encoder().writeHeaders(ctx, stream.id(), fields, 0, end, ctx.newPromise());
    }

    final ChannelFuture writeBody(Http2Stream stream, ByteBuf data, boolean end) {
        flood.dataSent();
        ChannelHandlerContext ctx = context();
        return encoder().writeData(ctx, stream.id(), data, 0, end, ctx.newPromise());
    }

    final void consumed(Http2Stream stream, int bytes) {
        try {
            if (decoder().flowController().consumeBytes(stream, bytes)) {
                flushSoon();
            }
        } catch (Http2Exception e) {
            onError(context(), false, e);
        }
    }

    /** Ends a stream whose peer broke the rules. */
    final void breakOff(Multiplexed stream, Http2Error error) {
        stream.violated();
        reset(stream.stream(), error);
    }

    final void reset(Http2Stream stream, Http2Error error) {
        ChannelHandlerContext ctx = context();
        resetStream(ctx, stream.id(), error.code(), ctx.newPromise());
        flushSoon();
    }

    /** Closes the connection behind everything that has been written. */
    final void closeBehind() {
        ChannelHandlerContext ctx = context();
        flush(ctx);
        ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    final void recycle(@Nullable Head head) {
        if (head != null) {
            worker.recycle(head);
        }
    }

    @Override
    protected void onStreamError(
            ChannelHandlerContext ctx, boolean outbound, Throwable cause, Http2Exception.StreamException e) {
        Multiplexed known = of(connection().stream(e.streamId()));
        if (known != null && e instanceof Http2Exception.HeaderListSizeException) {
            known.tooLarge();
        } else if (known != null && !outbound) {
            known.violated();
        }
        super.onStreamError(ctx, outbound, cause, e);
    }

    @Override
    protected void onConnectionError(
            ChannelHandlerContext ctx, boolean outbound, Throwable cause, @Nullable Http2Exception e) {
        tellAll(Multiplexed::violated);
        super.onConnectionError(ctx, outbound, cause, e);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof Http2Exception) {
            onError(ctx, false, cause);
        } else {
            ctx.close();
        }
    }

    private final class Streams extends Http2ConnectionAdapter {

        @Override
        public void onStreamClosed(Http2Stream stream) {
            Multiplexed known = of(stream);
            if (known != null) {
                known.closed();
                streamGone(known);
            }
        }

        @Override
        public void onGoAwayReceived(int lastStreamId, long errorCode, ByteBuf debugData) {
            goingAway();
        }
    }

    private final class Frames extends Http2FrameAdapter {

        @Override
        public int onDataRead(ChannelHandlerContext ctx, int id, ByteBuf data, int padding, boolean end)
                throws Http2Exception {
            flood.dataReceived(data.readableBytes(), end);
            Multiplexed known = of(connection().stream(id));
            if (known == null) {
                return data.readableBytes() + padding;
            }
            arrived(known);
            return known.data(data, padding, end);
        }

        @Override
        public void onHeadersRead(ChannelHandlerContext ctx, int id, Http2Headers fields, int padding, boolean end)
                throws Http2Exception {
            Http2Stream stream = connection().stream(id);
            Multiplexed known = of(stream);
            if (known != null) {
                arrived(known);
                known.moreFields((FieldList) fields, end);
            } else if (stream != null) {
                firstFields(stream, (FieldList) fields, end);
            }
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx,
                int id,
                Http2Headers fields,
                int dependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean end)
                throws Http2Exception {
            onHeadersRead(ctx, id, fields, padding, end);
        }

        @Override
        public void onRstStreamRead(ChannelHandlerContext ctx, int id, long code) {
            Multiplexed known = of(connection().stream(id));
            if (known != null) {
                known.resetByPeer(code);
            }
        }

        @Override
        public void onPriorityRead(ChannelHandlerContext ctx, int id, int parent, short weight, boolean exclusive)
                throws Http2Exception {
            flood.priorityReceived();
        }

        @Override
        public void onWindowUpdateRead(ChannelHandlerContext ctx, int id, int increment) throws Http2Exception {
            flood.windowUpdateReceived();
        }

        @Override
        public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) {
            settingsChanged();
        }

        @Override
        public void onPingAckRead(ChannelHandlerContext ctx, long data) {
            if (heartbeat == null || !heartbeat.answered(data)) {
                pingAnswered(data);
            }
        }
    }
}
