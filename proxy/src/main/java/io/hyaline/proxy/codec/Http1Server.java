package io.hyaline.proxy.codec;

import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.head.HeadScanner;
import io.hyaline.proxy.loop.Deadlines.Deadline;
import io.hyaline.proxy.loop.Worker;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A client's HTTP/1.1 connection: one request after another. */
public final class Http1Server extends ChannelInboundHandlerAdapter implements ServerStream, Drainable {

    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);

    private enum State {
        HEAD,
        BODY,
        RESPONDING,
        TUNNEL,
        CLOSED
    }

    private final Worker worker;
    private final ServerSettings settings;
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

    public Http1Server(Worker worker, ServerSettings settings, Requests requests) {
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
        return Objects.requireNonNull(context, "not on a channel yet");
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
        return Objects.requireNonNull(events, "no request is running");
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
        HeadScanner.Outcome outcome = scanner.feed(in, current);
        return switch (outcome) {
            case MORE -> false;
            case DONE -> {
                idle.cancel();
                begin(current);
                yield true;
            }
            case MALFORMED, BAD_CHARACTER, TOO_MANY, TOO_LARGE, BAD_VERSION -> refuse(Targets.refusal(outcome));
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
        http10 = current.minorVersion() == 0 && settings.http10();
        headRequest = current.method().equals("HEAD");
        responseDone = false;
        served++;
        Framing framing = Framing.of(current);
        Refusal problem = Targets.settle(current, framing, settings);
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
        if (Targets.takeExpectation(current) && state == State.BODY) {
            context().writeAndFlush(Unpooled.wrappedBuffer(CONTINUE), context().voidPromise());
        }
        events = requests.request(this, current, end);
        if (responseDone) {
            finish();
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
            abort();
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
        // An answer that overtakes its request ends the connection: nobody waits for the rest of a body that nobody
        // wants.
        boolean ends = close || (answer.status() >= 200 && incomplete);
        AnswerFraming framing = AnswerFraming.settle(answer, http10, !headRequest, end, ends);
        close = framing.close();
        answer.minorVersion(http10 ? 0 : 1);
        writer.head(ctx, worker.headWriter().response(answer, ctx.alloc(), framing.room()), framing.chunked());
        if (end) {
            responseEnd();
        }
    }

    @Override
    public void body(ByteBuf data, boolean end) {
        if (state == State.TUNNEL) {
            writer.raw(context(), data);
        } else if (headRequest) {
            data.release();
        } else {
            writer.body(context(), data, end);
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
        writer.flushHeld(context());
        context().flush();
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
        } else if (before == State.HEAD && scanner.started() && head != null) {
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
