package io.hyaline.proxy.codec;

import io.hyaline.proxy.client.ClientAddress;
import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.head.HeaderName;
import io.hyaline.proxy.loop.Deadlines.Deadline;
import io.hyaline.proxy.loop.Worker;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import java.net.InetSocketAddress;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A connection to an upstream host that carries one HTTP/1.1 request at a time. */
public final class Http1Client extends Http1Handler implements ClientStream {

    private static final int MAX_HEAD_BYTES = 60 * 1024;
    private static final int MAX_HEADERS = 100;

    /** Who keeps the connection between requests. */
    public interface Owner {

        /** The connection can carry another request. */
        void idle(Http1Client client);

        /** The connection has been idle for as long as it may. */
        void expired(Http1Client client);

        /** The connection is no more; {@code used} tells whether a request was on it. */
        void closed(Http1Client client, boolean used);
    }

    private enum State {
        IDLE,
        HEAD,
        BODY,
        TUNNEL,
        CLOSED
    }

    /** Methods that are sent without Content-Length when they have no body, as Envoy does. */
    private static final Set<String> WITHOUT_BODY = Set.of("GET", "HEAD", "DELETE", "TRACE", "CONNECT");

    private final Owner owner;
    private final boolean keepsTrailers;
    private final BodyWriter writer = new BodyWriter();
    private final long openedNanos = System.nanoTime();
    private @Nullable InetSocketAddress local;
    private String localText = "";
    private final Deadline idle = new Deadline(this::expired);
    private @Nullable Events events;
    private State state = State.IDLE;
    private boolean requestDone;
    private boolean responseDone;
    private boolean keepAlive;
    private boolean headRequest;
    private boolean connectRequest;
    private boolean upgradeRequest;
    private long requests;

    /** @param trailers whether trailers are read and written */
    public Http1Client(Worker worker, Owner owner, boolean trailers) {
        super(worker, false, new Bounds(MAX_HEAD_BYTES, MAX_HEADERS, trailers));
        this.owner = owner;
        this.keepsTrailers = trailers;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        super.handlerAdded(ctx);
        if (ctx.channel().localAddress() instanceof InetSocketAddress address) {
            local = address;
            localText = ClientAddress.text(address.getAddress(), address.getPort());
        }
    }

    /** Closes the connection, which nobody uses. */
    public void close() {
        context().close();
    }

    private void expired() {
        owner.expired(this);
    }

    /** Whether a request can be sent on it. */
    public boolean usable() {
        return state == State.IDLE && context().channel().isActive();
    }

    @Override
    public void send(Head request, boolean end, Events listener) {
        requests++;
        events = listener;
        state = State.HEAD;
        requestDone = end;
        responseDone = false;
        keepAlive = true;
        headRequest = request.method().equals("HEAD");
        connectRequest = request.method().equals("CONNECT");
        upgradeRequest = request.has(HeaderName.UPGRADE);
        ChannelHandlerContext ctx = context();
        boolean chunked = false;
        int room = 0;
        if (end && !WITHOUT_BODY.contains(request.method()) && !request.has(HeaderName.CONTENT_LENGTH)) {
            request.set(HeaderName.CONTENT_LENGTH, "0");
        }
        if (!end && !connectRequest && !request.has(HeaderName.UPGRADE)) {
            chunked = !request.has(HeaderName.CONTENT_LENGTH);
            room = chunked ? 0 : BodyWriter.SMALL_BODY_BYTES;
        }
        if (chunked) {
            request.set(HeaderName.TRANSFER_ENCODING, "chunked");
        }
        writer.head(ctx, worker.headWriter().request(request, ctx.alloc(), room), chunked);
    }

    @Override
    public void body(ByteBuf data, boolean end) {
        if (state == State.IDLE || state == State.CLOSED) {
            data.release();
            return;
        }
        if (state == State.TUNNEL) {
            writer.raw(context(), data);
        } else {
            writer.body(context(), data, end);
        }
        if (end) {
            requestDone = true;
            finishWhenDone();
        }
    }

    @Override
    public void trailers(Head trailers) {
        if (!keepsTrailers || !writer.chunked() || state == State.TUNNEL) {
            body(Unpooled.EMPTY_BUFFER, true);
            return;
        }
        if (state == State.IDLE || state == State.CLOSED) {
            return;
        }
        writer.trailers(
                context(), worker.headWriter().trailers(trailers, context().alloc()));
        requestDone = true;
        finishWhenDone();
    }

    @Override
    public void flush() {
        ChannelHandlerContext ctx = context();
        writer.flushHeld(ctx);
        ctx.flush();
    }

    @Override
    public void cancel() {
        events = null;
        context().close();
    }

    @Override
    public void readBody(boolean on) {
        context().channel().config().setAutoRead(on);
    }

    @Override
    public @Nullable InetSocketAddress localAddress() {
        return local;
    }

    @Override
    public String localText() {
        return localText;
    }

    /** Closes the connection when it stays idle too long; its owner sets and cancels it. */
    public Deadline idleDeadline() {
        return idle;
    }

    /** When it was opened. */
    public long openedNanos() {
        return openedNanos;
    }

    @Override
    public long requestsBefore() {
        return requests;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            while (in.isReadable() && step(in)) {
                // each step takes what belongs to its state
            }
        } finally {
            in.release();
        }
    }

    private boolean step(ByteBuf in) {
        Events listener = events;
        if (listener == null || state == State.IDLE || state == State.CLOSED) {
            context().close();
            return false;
        }
        if (state == State.TUNNEL) {
            listener.responseBody(in.readRetainedSlice(in.readableBytes()), false);
            return false;
        }
        if (state == State.BODY) {
            if (!bodyReader.feed(in, body)) {
                fail(Reset.PROTOCOL_ERROR);
                return false;
            }
            return true;
        }
        Head current = head();
        return switch (scanner.feed(in, current)) {
            case MORE -> false;
            case DONE -> begin(current, listener);
            case MALFORMED, BAD_CHARACTER, TOO_MANY, TOO_LARGE, BAD_VERSION -> {
                fail(Reset.PROTOCOL_ERROR);
                yield false;
            }
        };
    }

    private boolean begin(Head answer, Events listener) {
        Framing framing = Framing.of(answer);
        int status = answer.status();
        boolean unasked = status == 101 && !upgradeRequest;
        if (framing.problem() != null || unasked || (status == 204 && framing.length() > 0)) {
            fail(Reset.PROTOCOL_ERROR);
            return false;
        }
        scanner.reset();
        if (status >= 100 && status < 200 && status != 101) {
            answer.clear();
            return true;
        }
        boolean tunnel = status == 101 || (connectRequest && status == 200);
        keepAlive = !framing.close() && (answer.minorVersion() == 1 || framing.keepAlive());
        Targets.dropConnectionHeaders(answer, status == 101);
        if (tunnel) {
            state = State.TUNNEL;
            keepAlive = false;
            listener.response(answer, false);
            return true;
        }
        if (headRequest || status == 204 || status == 304) {
            bodyReader.none();
        } else if (framing.chunked()) {
            bodyReader.chunked();
        } else if (framing.length() >= 0) {
            bodyReader.length(framing.length());
        } else {
            bodyReader.untilClose();
            keepAlive = false;
        }
        boolean end = bodyReader.done();
        state = State.BODY;
        responseDone = end;
        listener.response(answer, end);
        if (end) {
            finishWhenDone();
        }
        return true;
    }

    @Override
    void receivedTrailers(Head fields) {
        Events listener = events;
        if (listener != null) {
            responseDone = true;
            listener.responseTrailers(fields);
            finishWhenDone();
        }
    }

    @Override
    void received(ByteBuf data, boolean end) {
        Events listener = events;
        if (listener == null) {
            data.release();
            return;
        }
        if (end) {
            responseDone = true;
        }
        listener.responseBody(data, end);
        if (end) {
            finishWhenDone();
        }
    }

    private void finishWhenDone() {
        if (!responseDone || state == State.CLOSED || state == State.IDLE) {
            return;
        }
        if (!requestDone) {
            keepAlive = false;
        }
        events = null;
        recycleHead();
        scanner.reset();
        if (keepAlive && context().channel().isActive()) {
            state = State.IDLE;
            owner.idle(this);
        } else {
            state = State.CLOSED;
            context().close();
        }
    }

    private void fail(Reset reset) {
        Events listener = events;
        events = null;
        state = State.CLOSED;
        context().close();
        if (listener != null) {
            listener.upstreamReset(reset);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        Events listener = events;
        if (listener != null) {
            listener.responsePaused();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        Events listener = events;
        if (listener != null) {
            listener.upstreamWritable(ctx.channel().isWritable());
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        State before = state;
        Events listener = events;
        events = null;
        state = State.CLOSED;
        if (listener != null) {
            if (before == State.BODY && bodyReader.isUntilClose()) {
                listener.responseBody(Unpooled.EMPTY_BUFFER, true);
                listener.responsePaused();
            } else {
                boolean cut = before == State.BODY || (before == State.HEAD && scanner.started());
                listener.upstreamReset(cut ? Reset.PROTOCOL_ERROR : Reset.CONNECTION_TERMINATION);
            }
        }
        idle.cancel();
        writer.release();
        recycleHead();
        owner.closed(this, before != State.IDLE);
    }
}
