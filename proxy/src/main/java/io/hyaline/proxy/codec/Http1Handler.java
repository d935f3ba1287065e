package io.hyaline.proxy.codec;

import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.head.HeadScanner;
import io.hyaline.proxy.loop.Worker;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What both ends of an HTTP/1 connection have: a channel, and the head and body that are being read from it. */
abstract class Http1Handler extends ChannelInboundHandlerAdapter {

    /** Bounds of a head, and of trailers, which are dropped unless they are to be kept. */
    record Bounds(int maxHeadBytes, int maxHeaders, boolean keepsTrailers) {}

    final Worker worker;
    final HeadScanner scanner;
    final BodyReader bodyReader;
    final BodyReader.Sink body = new BodyReader.Sink() {
        @Override
        public void data(ByteBuf data, boolean end) {
            received(data, end);
        }

        @Override
        public void trailers(Head fields) {
            receivedTrailers(fields);
        }
    };
    private @Nullable ChannelHandlerContext context;
    private @Nullable Head head;

    Http1Handler(Worker worker, boolean requests, Bounds bounds) {
        this.worker = worker;
        this.scanner = new HeadScanner(requests, bounds.maxHeadBytes(), bounds.maxHeaders());
        this.bodyReader = new BodyReader(
                bounds.keepsTrailers() ? new TrailerReader(worker, bounds.maxHeadBytes(), bounds.maxHeaders()) : null);
    }

    /** A piece of the body, to be owned. */
    abstract void received(ByteBuf data, boolean end);

    /** The end of the body. */
    abstract void receivedTrailers(Head fields);

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    final ChannelHandlerContext context() {
        return Objects.requireNonNull(context, "not on a channel yet");
    }

    public boolean writable() {
        return context().channel().isWritable();
    }

    final boolean hasHead() {
        return head != null;
    }

    /** The head that is being read, or is there. */
    final Head head() {
        Head current = head;
        if (current == null) {
            current = worker.head();
            head = current;
        }
        return current;
    }

    /** Gives back the message's head and trailers. */
    final void recycleHead() {
        Head current = head;
        if (current != null) {
            head = null;
            worker.recycle(current);
        }
        bodyReader.reset();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
