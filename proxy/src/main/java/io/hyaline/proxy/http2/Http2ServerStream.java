package io.hyaline.proxy.http2;

import io.hyaline.proxy.codec.ServerStream;
import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.head.HeaderName;
import io.hyaline.proxy.loop.Deadlines.Deadline;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/** A client's request on an HTTP/2 connection. */
final class Http2ServerStream extends Multiplexed implements ServerStream {

    private final Http2Server server;
    private final Http2Stream stream;
    private final Head head;
    private final long openedNanos = System.nanoTime();
    private @Nullable Head requestTrailers;
    private @Nullable Events events;
    private @Nullable Deadline flush;
    private Departure departure = Departure.DISCONNECT;
    private boolean headRequest;
    private boolean requestEnded;
    private boolean responseDone;
    private boolean closed;

    Http2ServerStream(Http2Server server, Http2Stream stream) {
        super(server);
        this.server = server;
        this.stream = stream;
        this.head = server.worker.head();
    }

    @Override
    Http2Stream stream() {
        return stream;
    }

    /** How long the stream has been there. */
    long ageNanos() {
        return System.nanoTime() - openedNanos;
    }

    /** Whether the client made it and gave it up, or broke its rules. */
    boolean givenUp() {
        return departure == Departure.RESET || departure == Departure.VIOLATION;
    }

    void begin(FieldList fields, boolean end, ServerBounds bounds) {
        boolean sound = HeadReader.request(fields, head);
        headRequest = sound && head.method().equals("HEAD");
        requestEnded = end;
        if (!sound || !expectLength(head, end, false)) {
            departure = Departure.VIOLATION;
            server.requests().abandoned(this, head, departure);
            server.reset(stream, Http2Error.PROTOCOL_ERROR);
            return;
        }
        if (fields.count() > bounds.common().maxHeaders()) {
            refuse(Refusal.TOO_MANY_HEADERS);
        } else if (!head.hasAuthority()) {
            refuse(Refusal.MISSING_HOST);
        } else if (!head.authorityIsHost()) {
            refuse(Refusal.BAD_HOST);
        } else {
            head.removeAll(HeaderName.HOP_BY_HOP);
            expectation();
            Events taken = server.requests().request(this, head, end);
            events = taken;
            if (closed && !responseDone) {
                taken.clientGone(departure);
            }
        }
    }

    void refuse(Refusal refusal) {
        server.requests().refused(this, head, refusal);
    }

    private void expectation() {
        int at = head.find(HeaderName.EXPECT);
        if (at >= 0 && head.valueIs(at, "100-continue")) {
            head.remove(HeaderName.EXPECT);
            if (!requestEnded) {
                server.writeFields(stream, HeadFrames.CONTINUE, false);
                flush();
            }
        }
    }

    @Override
    void moreFields(FieldList fields, boolean end) {
        Head trailers = server.worker.head();
        requestTrailers = trailers;
        if (!HeadReader.trailers(fields, trailers) || !lengthReached()) {
            server.breakOff(this, Http2Error.PROTOCOL_ERROR);
            return;
        }
        requestEnded = true;
        Events current = events;
        if (current != null && trailers.positions() == 0) {
            current.requestBody(Unpooled.EMPTY_BUFFER, true);
        } else if (current != null) {
            current.requestTrailers(trailers);
        }
    }

    @Override
    void received(ByteBuf data, boolean end) {
        requestEnded |= end;
        Events current = events;
        if (current == null || responseDone) {
            data.release();
        } else {
            current.requestBody(data, end);
        }
    }

    @Override
    void arrivalsPaused() {
        Events current = events;
        if (current != null) {
            current.requestPaused();
        }
    }

    @Override
    void writabilityChanged(boolean writable) {
        Events current = events;
        if (current != null && !responseDone) {
            current.clientWritable(writable);
        }
    }

    @Override
    void resetByPeer(long code) {
        departure = Departure.RESET;
    }

    @Override
    void silent() {
        departure = Departure.SILENT;
    }

    @Override
    void violated() {
        departure = Departure.VIOLATION;
    }

    @Override
    void closed() {
        closed = true;
        Events current = events;
        events = null;
        if (current != null && (!responseDone || !requestEnded)) {
            current.clientGone(departure);
        }
        if (flush != null) {
            flush.cancel();
        }
        server.recycle(requestTrailers);
        server.recycle(head);
    }

    @Override
    public void respond(Head answer, boolean end) {
        server.answerBegins();
        ChannelFuture last = server.writeFields(stream, HeadFrames.answer(answer), end);
        if (end) {
            responseEnd(last);
        }
    }

    @Override
    public void body(ByteBuf data, boolean end) {
        if (headRequest || closed) {
            data.release();
            if (end && !closed) {
                responseEnd(server.writeBody(stream, Unpooled.EMPTY_BUFFER, true));
            }
            return;
        }
        ChannelFuture last = server.writeBody(stream, data, end);
        if (end) {
            responseEnd(last);
        }
    }

    @Override
    public void trailers(Head trailers) {
        responseEnd(server.writeFields(stream, HeadFrames.trailers(trailers), true));
    }

    private void responseEnd(ChannelFuture last) {
        responseDone = true;
        if (closed) {
            return;
        }
        if (!requestEnded) {
            // Nobody waits for the rest of a body that nobody wants (RFC 9113, 8.1).
            last.addListener(_ -> {
                if (!closed && !requestEnded) {
                    server.reset(stream, Http2Error.NO_ERROR);
                }
            });
        }
        if (!writable()) {
            flush = server.expectRoom(this::abort);
        }
    }

    @Override
    public void abort() {
        responseDone = true;
        if (!closed) {
            server.reset(stream, Http2Error.INTERNAL_ERROR);
        }
    }

    @Override
    public void tunnel() {
        // Bytes pass in DATA frames as they do without a tunnel.
    }

    @Override
    public void closeAfterwards() {
        // One request's fault is not the connection's.
    }

    @Override
    public String protocol(Head request) {
        return "HTTP/2";
    }
}
