package io.hyaline.proxy.codec;

import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.head.HeadScanner;
import io.hyaline.proxy.head.HeaderName;
import io.hyaline.proxy.loop.Deadlines.Deadline;
import io.hyaline.proxy.loop.Worker;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A client's HTTP/1.1 connection: one request after another. */
public final class Http1Server extends ChannelInboundHandlerAdapter implements ServerStream, Drainable {

    /** Bounds and timeouts of a connection; zero nanoseconds mean none. */
    public record Settings(
            int maxHeadBytes,
            int maxHeaders,
            int maxRequests,
            boolean http10,
            String http10Host,
            long idleNanos,
            long headNanos) {}

    private enum State {
        HEAD,
        BODY,
        RESPONDING,
        TUNNEL,
        CLOSED
    }

    private final Worker worker;
    private final Settings settings;
    private final Requests requests;
    private final HeadScanner scanner;
    private final BodyReader bodyReader = new BodyReader();
    private final BodyWriter writer = new BodyWriter();
    private final Deadline idle = new Deadline(this::idleTimeout);
    private @Nullable ChannelHandlerContext context;
    private @Nullable Head head;
    private @Nullable Events events;
    private @Nullable ByteBuf leftover;
    private State state = State.HEAD;
    private boolean processing;
    private boolean responseDone;
    private boolean close;
    private boolean http10;
    private boolean headRequest;
    private boolean incomplete;
    private int served;

    public Http1Server(Worker worker, Settings settings, Requests requests) {
        this.worker = worker;
        this.settings = settings;
        this.requests = requests;
        this.scanner = new HeadScanner(true, settings.maxHeadBytes(), settings.maxHeaders());
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        armIdle(settings.idleNanos());
    }

    private ChannelHandlerContext context() {
        ChannelHandlerContext ctx = context;
        if (ctx == null) {
            throw new IllegalStateException("not on a channel yet");
        }
        return ctx;
    }

    private void armIdle(long nanos) {
        if (nanos > 0) {
            worker.deadlines().set(idle, System.nanoTime(), nanos);
        }
    }

    private void idleTimeout() {
        if (state == State.HEAD && scanner.started()) {
            refuse(Refusal.HEADERS_TIMEOUT);
        } else if (state == State.HEAD) {
            context().close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        if (leftover != null) {
            in = Unpooled.wrappedBuffer(leftover, in);
            leftover = null;
        }
        process(in);
    }

    private void process(ByteBuf in) {
        processing = true;
        try {
            while (in.isReadable() && step(in)) {
                // each step takes what belongs to its state
            }
        } finally {
            processing = false;
            if (in.isReadable() && state == State.RESPONDING) {
                leftover = in;
                context().channel().config().setAutoRead(false);
            } else {
                in.release();
            }
        }
    }

    /** Takes bytes; false when no more can be taken now. */
    private boolean step(ByteBuf in) {
        return switch (state) {
            case HEAD -> head(in);
            case BODY -> {
                boolean sound = bodyReader.feed(in, this::received);
                if (!sound) {
                    brokenBody();
                }
                yield sound;
            }
            case TUNNEL -> {
                events().requestBody(in.readRetainedSlice(in.readableBytes()), false);
                yield true;
            }
            case RESPONDING, CLOSED -> false;
        };
    }

    private Events events() {
        Events current = events;
        if (current == null) {
            throw new IllegalStateException("no request is running");
        }
        return current;
    }

    private boolean head(ByteBuf in) {
        Head current = head;
        if (current == null) {
            current = worker.head();
            head = current;
            if (settings.headNanos() > 0) {
                armIdle(settings.headNanos());
            }
        }
        return switch (scanner.feed(in, current)) {
            case MORE -> false;
            case DONE -> {
                idle.cancel();
                begin(current);
                yield true;
            }
            case MALFORMED -> refuse(Refusal.MALFORMED);
            case BAD_CHARACTER -> refuse(Refusal.BAD_CHARACTER);
            case TOO_MANY -> refuse(Refusal.TOO_MANY_HEADERS);
            case TOO_LARGE -> refuse(Refusal.HEAD_TOO_LARGE);
            case BAD_VERSION -> refuse(Refusal.OLD_VERSION);
        };
    }

    private boolean refuse(Refusal refusal) {
        idle.cancel();
        Head current = head;
        if (current == null) {
            current = worker.head();
            head = current;
        }
        state = State.RESPONDING;
        close = true;
        responseDone = false;
        requests.refused(this, current, refusal);
        return false;
    }

    private void begin(Head current) {
        boolean old = current.minorVersion() == 0;
        http10 = old && settings.http10();
        headRequest = current.method().equals("HEAD");
        responseDone = false;
        served++;
        Framing framing = Framing.of(current);
        if (http10 && !current.has(HeaderName.HOST) && !settings.http10Host().isEmpty()) {
            current.add(HeaderName.HOST, settings.http10Host());
        }
        Refusal problem = old && !http10 ? Refusal.OLD_VERSION : Targets.settle(current, framing, http10);
        if (problem != null) {
            refuse(problem);
            return;
        }
        close = framing.close()
                || (http10 && !framing.keepAlive())
                || (settings.maxRequests() > 0 && served >= settings.maxRequests());
        boolean upgrade = framing.upgrade();
        Targets.dropConnectionHeaders(current, upgrade);
        if (framing.chunked()) {
            bodyReader.chunked();
        } else {
            bodyReader.length(Math.max(0, framing.length()));
        }
        boolean end = bodyReader.done() && !upgrade && !current.method().equals("CONNECT");
        incomplete = !end;
        state = bodyReader.done() ? State.RESPONDING : State.BODY;
        expectation(current);
        events = requests.request(this, current, end);
        if (responseDone) {
            finish();
        }
    }

    private void expectation(Head current) {
        int at = current.find(HeaderName.EXPECT);
        if (at >= 0 && current.valueIs(at, "100-continue")) {
            current.remove(HeaderName.EXPECT);
            if (state == State.BODY) {
                byte[] go = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);
                context().writeAndFlush(Unpooled.wrappedBuffer(go), context().voidPromise());
            }
        }
    }

    private void received(ByteBuf data, boolean end) {
        if (end && state == State.BODY) {
            state = State.RESPONDING;
            incomplete = false;
        }
        if (responseDone) {
            data.release();
            finish();
        } else {
            events().requestBody(data, end);
        }
    }

    /** The handler may still answer, if it has not begun to. */
    private void brokenBody() {
        close = true;
        Events current = events;
        if (current != null && !responseDone) {
            state = State.RESPONDING;
            current.clientGone(true);
        } else {
            state = State.CLOSED;
            context().close();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        Events current = events;
        if (current != null) {
            current.requestPaused();
        }
    }

    @Override
    public void respond(Head answer, boolean end) {
        ChannelHandlerContext ctx = context();
        int status = answer.status();
        boolean bodiless = headRequest || status == 204 || status == 304;
        boolean chunked = false;
        int room = 0;
        if (status == 204) {
            answer.remove(HeaderName.CONTENT_LENGTH);
        }
        if (headRequest && status >= 200 && !answer.has(HeaderName.CONTENT_LENGTH) && !http10) {
            answer.add(HeaderName.TRANSFER_ENCODING, "chunked");
        } else if (status >= 200 && !end && !bodiless) {
            int length = answer.find(HeaderName.CONTENT_LENGTH);
            if (length < 0) {
                chunked = !http10;
                close |= http10;
            } else {
                room = smallLength(answer, length);
            }
        }
        // An answer that overtakes its request ends the connection: nobody waits for the rest of a body that nobody wants.
        close |= status >= 200 && incomplete;
        if (close && status >= 200) {
            answer.set(HeaderName.CONNECTION, "close");
        } else if (http10) {
            answer.set(HeaderName.CONNECTION, "keep-alive");
        }
        if (chunked) {
            answer.add(HeaderName.TRANSFER_ENCODING, "chunked");
        } else if (status >= 200 && end && !bodiless && !answer.has(HeaderName.CONTENT_LENGTH)) {
            answer.add(HeaderName.CONTENT_LENGTH, "0");
        }
        answer.minorVersion(http10 ? 0 : 1);
        writer.head(ctx, worker.headWriter().response(answer, ctx.alloc(), room), chunked);
        if (end) {
            responseEnd();
        }
    }

    private static int smallLength(Head answer, int at) {
        int digits = answer.valueEnd(at) - answer.valueStart(at);
        if (digits > 4) {
            return 0;
        }
        int length = 0;
        for (int i = answer.valueStart(at); i < answer.valueEnd(at); i++) {
            length = length * 10 + answer.bytes()[i] - '0';
        }
        return length <= BodyWriter.SMALL_BODY_BYTES ? length : 0;
    }

    @Override
    public void body(ByteBuf data, boolean end) {
        ChannelHandlerContext ctx = context();
        if (state == State.TUNNEL) {
            writer.raw(ctx, data);
        } else if (headRequest) {
            data.release();
        } else {
            writer.body(ctx, data, end);
        }
        if (end) {
            responseEnd();
        }
    }

    private void responseEnd() {
        responseDone = true;
        if (state == State.TUNNEL) {
            close = true;
        }
        if (close && state != State.HEAD) {
            state = State.CLOSED;
            ChannelHandlerContext ctx = context();
            writer.flushHeld(ctx);
            ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
            recycleHead();
            events = null;
        } else if (state == State.RESPONDING && events != null) {
            finish();
        }
    }

    private void recycleHead() {
        Head current = head;
        if (current != null) {
            head = null;
            worker.recycle(current);
        }
    }

    /** The request has come and the answer has gone. */
    private void finish() {
        if (state != State.RESPONDING) {
            return;
        }
        events = null;
        recycleHead();
        scanner.reset();
        state = State.HEAD;
        armIdle(settings.idleNanos());
        ByteBuf next = leftover;
        if (next != null && !processing) {
            leftover = null;
            context().channel().config().setAutoRead(true);
            writer.flushHeld(context());
            context().executor().execute(() -> resume(next));
        }
    }

    private void resume(ByteBuf next) {
        if (state == State.CLOSED) {
            next.release();
            return;
        }
        process(next);
        channelReadComplete(context());
    }

    @Override
    public void flush() {
        ChannelHandlerContext ctx = context();
        writer.flushHeld(ctx);
        ctx.flush();
    }

    @Override
    public void abort() {
        state = State.CLOSED;
        writer.flushHeld(context());
        events = null;
        context().flush();
        context().close();
    }

    @Override
    public void readBody(boolean on) {
        if (leftover == null) {
            context().channel().config().setAutoRead(on);
        }
    }

    @Override
    public boolean writable() {
        return context().channel().isWritable();
    }

    @Override
    public void tunnel() {
        state = State.TUNNEL;
        flush();
        ByteBuf early = leftover;
        if (early != null) {
            leftover = null;
            context().channel().config().setAutoRead(true);
            process(early);
        }
    }

    @Override
    public void closeAfterwards() {
        close = true;
    }

    @Override
    public void drain() {
        if (state == State.HEAD && !scanner.started()) {
            state = State.CLOSED;
            context().close();
        } else {
            close = true;
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        Events current = events;
        if (current != null) {
            current.clientWritable(ctx.channel().isWritable());
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        idle.cancel();
        State before = state;
        state = State.CLOSED;
        Events current = events;
        events = null;
        if (current != null && (before == State.BODY || before == State.TUNNEL || !responseDone)) {
            current.clientGone(false);
        }
        if (before == State.HEAD && scanner.started() && head != null) {
            requests.abandoned(this, head);
        }
        writer.release();
        if (leftover != null) {
            leftover.release();
            leftover = null;
        }
        recycleHead();
        requests.connectionClosed();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
