package io.hyaline.proxy.codec;

import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.head.HeadScanner;
import io.hyaline.proxy.loop.Deadlines.Deadline;
import io.hyaline.proxy.loop.Worker;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A client's HTTP/1.1 connection: one request after another. */
public final class Http1Server extends Http1Handler implements ServerStream, Drainable {

    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);

    private enum State {
        HEAD,
        BODY,
        RESPONDING,
        TUNNEL,
        CLOSED
    }

    private final ServerSettings settings;
    private final Requests requests;
    private final AnswerWriter writer;
    private final Deadline idle = new Deadline(this::idleTimeout);
    private final Deadline age = new Deadline(this::drain);
    private @Nullable Events events;
    private @Nullable ByteBuf leftover;
    private State state = State.HEAD;
    private boolean processing;
    private boolean responseDone;
    private boolean close;
    private boolean incomplete;
    private int served;

    public Http1Server(Worker worker, ServerSettings settings, Requests requests) {
        super(worker, true, new Bounds(settings.maxHeadBytes(), settings.maxHeaders(), settings.trailers()));
        this.settings = settings;
        this.requests = requests;
        this.writer = new AnswerWriter(worker.headWriter(), settings.trailers());
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        super.handlerAdded(ctx);
        armIdle(settings.idleNanos());
        if (settings.ageNanos() > 0) {
            worker.deadlines().set(age, System.nanoTime(), settings.ageNanos());
        }
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
                boolean sound = bodyReader.feed(in, body);
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
        if (!hasHead() && settings.headNanos() > 0) {
            armIdle(settings.headNanos());
        }
        Head current = head();
        HeadScanner.Outcome outcome = scanner.feed(in, current);
        return switch (outcome) {
            case MORE -> false;
            case DONE -> {
                idle.cancel();
                begin(current);
                yield true;
            }
            case MALFORMED, BAD_CHARACTER, TOO_MANY, TOO_LARGE, BAD_VERSION ->
                !becomesHttp2(current, in) && refuse(Targets.refusal(outcome));
        };
    }

    /** Hands a connection over whose first line is the one that HTTP/1 was made to stumble on. */
    private boolean becomesHttp2(Head current, ByteBuf in) {
        var http2 = served == 0 && Preface.begins(current) ? requests.http2() : null;
        if (http2 == null) {
            return false;
        }
        state = State.CLOSED;
        idle.cancel();
        age.cancel();
        recycleHead();
        return Preface.handOver(context(), http2, in);
    }

    private boolean refuse(Refusal refusal) {
        idle.cancel();
        state = State.RESPONDING;
        close = true;
        responseDone = false;
        requests.refused(this, head(), refusal);
        return false;
    }

    private void begin(Head current) {
        boolean http10 = current.minorVersion() == 0 && settings.http10();
        writer.begin(http10, current.method().equals("HEAD"));
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

    @Override
    void receivedTrailers(Head fields) {
        requestEnded();
        if (responseDone) {
            finish();
        } else {
            events().requestTrailers(fields);
        }
    }

    private void requestEnded() {
        if (state == State.BODY) {
            state = State.RESPONDING;
            incomplete = false;
        }
    }

    @Override
    void received(ByteBuf data, boolean end) {
        if (end) {
            requestEnded();
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
            current.clientGone(Departure.BROKEN);
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
        // An answer that overtakes its request ends the connection: nobody waits for the rest of a body that nobody
        // wants.
        boolean ends = close || settings.draining().begun() || (answer.status() >= 200 && incomplete);
        close = writer.head(context(), answer, end, ends);
        if (end) {
            responseEnd();
        }
    }

    @Override
    public void body(ByteBuf data, boolean end) {
        writer.body(context(), data, end);
        if (end) {
            responseEnd();
        }
    }

    @Override
    public void trailers(Head trailers) {
        writer.trailers(context(), trailers);
        responseEnd();
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
    public void tunnel() {
        state = State.TUNNEL;
        writer.tunnel();
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
    public String protocol(Head request) {
        return request.minorVersion() == 0 ? "HTTP/1.0" : "HTTP/1.1";
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
        age.cancel();
        State before = state;
        state = State.CLOSED;
        Events current = events;
        events = null;
        if (current != null && (before == State.BODY || before == State.TUNNEL || !responseDone)) {
            current.clientGone(Departure.DISCONNECT);
        } else if (before == State.HEAD && scanner.started() && hasHead()) {
            requests.abandoned(this, head(), Departure.DISCONNECT);
        }
        writer.release();
        if (leftover != null) {
            leftover.release();
            leftover = null;
        }
        recycleHead();
        requests.connectionClosed();
    }
}
