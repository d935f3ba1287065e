package io.hyaline.proxy.http2;

import io.hyaline.proxy.codec.ClientStream;
import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.head.HeaderName;
import io.hyaline.proxy.http2.Http2Client.Event;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Stream;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A request on a connection to an upstream host that carries many. */
final class Http2ClientStream extends Multiplexed implements ClientStream {

    private final Http2Client client;
    private final long before;
    private @Nullable Http2Stream stream;
    private @Nullable Events events;
    private @Nullable Head answer;
    private @Nullable Head trailers;
    private Reset reason = Reset.CONNECTION_TERMINATION;
    private boolean headRequest;
    private @Nullable String upgrade;
    private boolean requestDone;
    private boolean begun;
    private boolean givenUp;
    private boolean closed;

    Http2ClientStream(Http2Client client, long before) {
        super(client);
        this.client = client;
        this.before = before;
    }

    @Override
    Http2Stream stream() {
        return Objects.requireNonNull(stream, "nothing has been sent yet");
    }

    @Override
    public void send(Head head, boolean end, Events listener) {
        events = listener;
        headRequest = head.method().equals("HEAD");
        requestDone = end;
        upgrade = head.value(HeaderName.UPGRADE);
        Http2Stream made = client.begin(head, end, this);
        stream = made;
        if (made == null) {
            closed = true;
            // Later: the caller is in the middle of handing over its request.
            client.worker.loop().execute(this::failed);
        }
    }

    private void failed() {
        client.released();
        lost();
    }

    private void lost() {
        Events current = events;
        events = null;
        if (current != null) {
            current.upstreamReset(reason);
        }
    }

    @Override
    public void body(ByteBuf data, boolean end) {
        if (closed || requestDone) {
            data.release();
            return;
        }
        requestDone = end;
        client.writeBody(stream(), data, end);
    }

    @Override
    public void trailers(Head fields) {
        if (!closed && !requestDone) {
            requestDone = true;
            client.writeFields(stream(), HeadFrames.trailers(fields), true);
        }
    }

    @Override
    public void cancel() {
        events = null;
        if (stream != null) {
            giveUp(Http2Error.CANCEL);
        } else if (!closed) {
            closed = true;
            client.released();
        }
    }

    private void giveUp(Http2Error code) {
        if (!closed && !givenUp) {
            givenUp = true;
            requestDone = true;
            client.happened(Event.RESET_SENT);
            client.reset(stream(), code);
        }
    }

    @Override
    public boolean writable() {
        return closed || requestDone || super.writable();
    }

    @Override
    public @Nullable InetSocketAddress localAddress() {
        return client.local();
    }

    @Override
    public String localText() {
        return client.localText();
    }

    @Override
    public long requestsBefore() {
        return before;
    }

    @Override
    void moreFields(FieldList fields, boolean end) {
        if (events == null) {
            return;
        }
        if (begun) {
            end(fields);
        } else {
            head(fields, end);
        }
    }

    private void head(FieldList fields, boolean end) {
        Head head = answer == null ? client.worker.head() : answer;
        answer = head;
        head.clear();
        if (fields.count() > Http2Client.MAX_HEADERS) {
            tooLarge();
            giveUp(Http2Error.INTERNAL_ERROR);
            return;
        }
        boolean sound = HeadReader.answer(fields, head);
        int status = head.status();
        if (sound && status < 200 && !end && status != 101) {
            return;
        }
        boolean bodiless = headRequest || status == 204 || status == 304;
        if (!sound || status < 200 || !expectLength(head, end, bodiless)) {
            broken(end);
            return;
        }
        begun = true;
        if (upgrade != null && status == 200 && !end) {
            head.status(101);
            head.add(HeaderName.CONNECTION, "upgrade");
            head.add(HeaderName.UPGRADE, upgrade);
        }
        Events current = taker(end);
        current.response(head, end);
        if (end) {
            over();
        }
    }

    private void end(FieldList fields) {
        Head head = client.worker.head();
        trailers = head;
        if (!HeadReader.trailers(fields, head) || !lengthReached()) {
            broken(true);
            return;
        }
        Events current = taker(true);
        if (head.positions() == 0) {
            current.responseBody(Unpooled.EMPTY_BUFFER, true);
        } else {
            current.responseTrailers(head);
        }
        over();
    }

    /** Who takes what has come; the last time when it is the end. */
    private Events taker(boolean end) {
        Events current = Objects.requireNonNull(events, "nobody waits for the answer");
        if (end) {
            events = null;
        }
        return current;
    }

    /** The answer is complete. Nobody waits for the rest of a request that has been answered. */
    private void over() {
        if (!requestDone) {
            giveUp(Http2Error.CANCEL);
        }
    }

    /** The peer breaks the rules. A stream that both have ended needs no reset: it is about to close. */
    private void broken(boolean end) {
        violated();
        if (!end || !requestDone) {
            giveUp(Http2Error.PROTOCOL_ERROR);
        }
    }

    @Override
    void received(ByteBuf data, boolean end) {
        if (events == null) {
            data.release();
        } else if (!begun) {
            data.release();
            broken(end);
        } else {
            taker(end).responseBody(data, end);
            if (end) {
                over();
            }
        }
    }

    @Override
    void arrivalsPaused() {
        Events current = events;
        if (current != null) {
            current.responsePaused();
        }
    }

    @Override
    void writabilityChanged(boolean writable) {
        Events current = events;
        if (current != null) {
            current.upstreamWritable(writable);
        }
    }

    @Override
    void resetByPeer(long code) {
        if (events != null) {
            client.happened(Event.RESET_RECEIVED);
            reason = kind(code);
        }
    }

    private static Reset kind(long code) {
        if (code == Http2Error.REFUSED_STREAM.code()) {
            return Reset.REMOTE_REFUSED;
        }
        return code == Http2Error.PROTOCOL_ERROR.code() ? Reset.PROTOCOL_ERROR : Reset.REMOTE_RESET;
    }

    @Override
    void violated() {
        reason = Reset.PROTOCOL_ERROR;
    }

    /** As Envoy has it: not the same as a broken rule. */
    @Override
    void tooLarge() {
        reason = Reset.REMOTE_RESET;
    }

    @Override
    void closed() {
        closed = true;
        if (client.isBeyondLast(stream())) {
            reason = Reset.REMOTE_REFUSED;
        }
        lost();
        client.recycle(answer);
        client.recycle(trailers);
    }
}
