package io.hyaline.proxy.http2;

import io.hyaline.proxy.client.ClientAddress;
import io.hyaline.proxy.codec.ClientStream;
import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.loop.Deadlines.Deadline;
import io.hyaline.proxy.loop.Worker;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Stream;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A connection to an upstream host that carries many requests at once. */
public final class Http2Client extends Multiplexer {

    static final int MAX_HEADERS = 100;
    private static final int MAX_HEAD_BYTES = 60 * 1024;
    /** How many requests go out before the peer has said how many it takes. */
    private static final int STREAMS_BEFORE_SETTINGS = 100;
    /** Ids run out at twice this number of requests. */
    private static final long MAX_REQUESTS = 1 << 29;

    /** What happens to a connection, beside messages. */
    public enum Event {
        GOING_AWAY,
        TOO_LONG_IDLE,
        TOO_OLD,
        TOO_MANY_REQUESTS,
        SILENT,
        PROTOCOL_ERROR,
        RESET_SENT,
        RESET_RECEIVED
    }

    /** Who gives it requests. */
    public interface Owner {

        /** It may be able to carry another request, or carries none any more. */
        void roomier(Http2Client client);

        void happened(Event event);

        /** The connection is no more. */
        void closed(Http2Client client);
    }

    private final Owner owner;
    private final ClientBounds bounds;
    private final Deadline idle = new Deadline(() -> end(Event.TOO_LONG_IDLE));
    private final Deadline age = new Deadline(() -> end(Event.TOO_OLD));
    private @Nullable InetSocketAddress local;
    private String localText = "";
    private long requests;
    private int carried;
    private long idleSinceNanos;
    private boolean settled;
    private boolean leaving;

    private Http2Client(Worker worker, Owner owner, ClientBounds bounds, Codec codec) {
        super(worker, bounds.limits(), codec);
        this.owner = owner;
        this.bounds = bounds;
    }

    public static Http2Client of(Worker worker, Owner owner, ClientBounds bounds) {
        return new Http2Client(worker, owner, bounds, Codec.of(false, bounds.limits(), MAX_HEAD_BYTES, MAX_HEADERS));
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        super.handlerAdded(ctx);
        if (ctx.channel().localAddress() instanceof InetSocketAddress address) {
            local = address;
            localText = ClientAddress.text(address.getAddress(), address.getPort());
        }
        if (bounds.ageNanos() > 0) {
            worker.deadlines().set(age, System.nanoTime(), bounds.ageNanos());
        }
        restAWhile();
    }

    private void restAWhile() {
        idleSinceNanos = System.nanoTime();
        if (bounds.idleNanos() > 0) {
            worker.deadlines().set(idle, idleSinceNanos, bounds.idleNanos());
        }
    }

    /** How many more requests it can carry now. */
    public int room() {
        if (leaving || !context().channel().isActive()) {
            return 0;
        }
        int peers = settled ? connection().local().maxActiveStreams() : STREAMS_BEFORE_SETTINGS;
        return Math.min(bounds.limits().maxConcurrentStreams(), peers) - carried;
    }

    /** Whether it carries nothing. */
    public boolean isIdle() {
        return carried == 0;
    }

    /** A stream for one request; there must be room. */
    public ClientStream open() {
        if (carried++ == 0) {
            idle.cancel();
            busyAgain(System.nanoTime() - idleSinceNanos);
        }
        Http2ClientStream stream = new Http2ClientStream(this, requests++);
        if (requests == bounds.maxRequests() || requests == MAX_REQUESTS) {
            end(Event.TOO_MANY_REQUESTS);
        }
        return stream;
    }

    /** Takes no further request, and closes when the last one is over. */
    public void leave() {
        leaving = true;
        if (carried == 0) {
            context().close();
        }
    }

    private void end(Event why) {
        owner.happened(why);
        leave();
    }

    /** Sends the head of a request; null when the connection takes none any more. */
    @Nullable
    Http2Stream begin(Head head, boolean end, Http2ClientStream made) {
        int id = connection().local().incrementAndGetNextStreamId();
        ChannelHandlerContext ctx = context();
        encoder().writeHeaders(ctx, id, HeadFrames.request(head), 0, end, ctx.newPromise());
        Http2Stream stream = connection().stream(id);
        if (stream != null) {
            flood.streamOpened();
            bind(stream, made);
        }
        return stream;
    }

    /** Whether the peer, which goes away, will not look at a stream. */
    boolean isBeyondLast(Http2Stream stream) {
        return connection().goAwayReceived()
                && stream.id() > connection().local().lastStreamKnownByPeer();
    }

    void happened(Event event) {
        owner.happened(event);
    }

    @Nullable
    InetSocketAddress local() {
        return local;
    }

    String localText() {
        return localText;
    }

    @Override
    void firstFields(Http2Stream stream, FieldList fields, boolean end) throws Http2Exception {
        throw Http2Exception.connectionError(Http2Error.PROTOCOL_ERROR, "a server cannot begin stream %d", stream.id());
    }

    @Override
    void streamGone(Multiplexed gone) {
        released();
    }

    /** A stream is over, or has never begun. */
    void released() {
        carried--;
        if (carried > 0) {
            owner.roomier(this);
        } else if (leaving) {
            context().close();
        } else {
            restAWhile();
            owner.roomier(this);
        }
    }

    @Override
    void settingsChanged() {
        settled = true;
        owner.roomier(this);
    }

    @Override
    void goingAway() {
        if (!leaving) {
            end(Event.GOING_AWAY);
        }
    }

    @Override
    void silent() {
        owner.happened(Event.SILENT);
    }

    @Override
    protected void onConnectionError(
            ChannelHandlerContext ctx, boolean outbound, Throwable cause, @Nullable Http2Exception e) {
        leaving = true;
        owner.happened(Event.PROTOCOL_ERROR);
        super.onConnectionError(ctx, outbound, cause, e);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        leaving = true;
        age.cancel();
        super.channelInactive(ctx);
        idle.cancel();
        owner.closed(this);
    }
}
