package io.hyaline.proxy.http2;

import io.hyaline.proxy.head.Head;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Stream;

/**
 * One request and its answer on a connection that carries many. What is read from the peer is acknowledged, and so makes room
 * for more, only while the other side takes it.
 */
abstract class Multiplexed {

    final Multiplexer connection;
    private long expected = -1;
    private long arrived;
    private boolean paused;
    private int withheld;
    private boolean arriving;

    Multiplexed(Multiplexer connection) {
        this.connection = connection;
    }

    abstract Http2Stream stream();

    /** Fields that came after the first ones. */
    abstract void moreFields(FieldList fields, boolean end);

    /** A piece of the body, to be owned. */
    abstract void received(ByteBuf data, boolean end);

    /** All bytes that had arrived have been handed over. */
    abstract void arrivalsPaused();

    abstract void writabilityChanged(boolean writable);

    /** The peer does not answer; the connection is about to be closed. */
    void silent() {}

    /** The peer has given it up. */
    abstract void resetByPeer(long code);

    /** The peer has broken the rules; the stream is about to be reset. */
    abstract void violated();

    /** The peer's head was larger than is taken; the stream is about to be reset. */
    void tooLarge() {
        violated();
    }

    /** The stream is no more. */
    abstract void closed();

    /** Something arrives; whether it is the first of what arrives at once. */
    final boolean arrives() {
        boolean first = !arriving;
        arriving = true;
        return first;
    }

    final void arrivalsOver() {
        arriving = false;
        arrivalsPaused();
    }

    /** Reads the length that a head announces; false when it is none, or not that of a message without a body. */
    final boolean expectLength(Head head, boolean end, boolean bodiless) {
        long length = HeadReader.length(head);
        expected = bodiless ? 0 : length;
        return length != -2 && (!end || bodiless || length <= 0);
    }

    /** Takes a piece of the body and tells how much of the window it gives back. */
    final int data(ByteBuf data, int padding, boolean end) {
        int length = data.readableBytes();
        arrived += length;
        if (expected >= 0 && (arrived > expected || (end && arrived < expected))) {
            connection.breakOff(this, Http2Error.PROTOCOL_ERROR);
            return length + padding;
        }
        received(data.retain(), end);
        if (paused && !end) {
            withheld += length;
            return padding;
        }
        return length + padding;
    }

    /** Whether all of an announced body has come. */
    final boolean lengthReached() {
        return expected < 0 || arrived == expected;
    }

    public final void readBody(boolean on) {
        paused = !on;
        if (on && withheld > 0) {
            int bytes = withheld;
            withheld = 0;
            connection.consumed(stream(), bytes);
        }
    }

    public boolean writable() {
        return connection.encoder().flowController().isWritable(stream());
    }

    public final void flush() {
        connection.flushSoon();
    }
}
