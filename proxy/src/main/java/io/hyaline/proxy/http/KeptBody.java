package io.hyaline.proxy.http;

import io.hyaline.proxy.codec.ClientStream;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;

/** The part of a request's body that waits for a connection, or that another attempt would need. Bounded. */
final class KeptBody {

    private final ArrayDeque<ByteBuf> pieces = new ArrayDeque<>();
    private final int maxBytes;
    private int bytes;
    private boolean forRetry;
    private boolean lost;

    KeptBody(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    void enabled(boolean keep) {
        forRetry = keep;
    }

    boolean isEmpty() {
        return pieces.isEmpty();
    }

    boolean hasRoom() {
        return bytes < maxBytes;
    }

    /** Whether another attempt could send all that has come. */
    boolean complete() {
        return !lost;
    }

    /** Keeps a piece that cannot be sent yet. */
    void hold(ByteBuf data) {
        bytes += data.readableBytes();
        pieces.addLast(data);
    }

    /** Keeps a piece that is being sent, for another attempt. */
    void copy(ByteBuf data) {
        if (forRetry && !lost && bytes + data.readableBytes() <= maxBytes) {
            hold(data.retainedDuplicate());
        } else {
            lost = lost || data.isReadable();
            release();
        }
    }

    void replay(ClientStream stream, boolean ended) {
        int left = pieces.size();
        for (ByteBuf piece : new ArrayDeque<>(pieces)) {
            left--;
            stream.body(piece.retainedDuplicate(), ended && left == 0);
        }
        if (!forRetry) {
            lost = bytes > 0;
            release();
        }
    }

    void release() {
        pieces.forEach(ByteBuf::release);
        pieces.clear();
        bytes = 0;
    }
}
