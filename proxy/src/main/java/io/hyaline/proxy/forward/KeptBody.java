package io.hyaline.proxy.forward;

import io.hyaline.proxy.codec.ClientStream;
import io.hyaline.proxy.head.Head;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The part of a request's body that waits for a connection, or that another attempt would need. Bounded. */
final class KeptBody {

    private final int maxBytes;
    private @Nullable ArrayDeque<ByteBuf> pieces;
    private @Nullable Head trailers;
    private int bytes;
    private boolean forRetry;
    private boolean lost;

    KeptBody(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    void enabled(boolean keep) {
        forRetry = keep;
    }

    /** Whether nothing would follow the head. */
    boolean isEmpty() {
        return trailers == null && (pieces == null || pieces.isEmpty());
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
        ArrayDeque<ByteBuf> kept = pieces;
        if (kept == null) {
            kept = new ArrayDeque<>();
            pieces = kept;
        }
        bytes += data.readableBytes();
        kept.addLast(data);
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

    void forEach(Consumer<ByteBuf> reader) {
        if (pieces != null) {
            pieces.forEach(reader);
        }
    }

    @Nullable
    Head trailers() {
        return trailers;
    }

    void trailers(Head last) {
        trailers = last;
    }

    /** Sends what has come; {@code ended} when that is all there will be. */
    void replay(ClientStream stream, boolean ended) {
        ArrayDeque<ByteBuf> kept = pieces;
        if (kept != null) {
            int left = kept.size();
            for (ByteBuf piece : new ArrayDeque<>(kept)) {
                left--;
                stream.body(piece.retainedDuplicate(), ended && left == 0 && trailers == null);
            }
        }
        if (!forRetry) {
            lost = bytes > 0;
            release();
        }
        if (trailers != null) {
            stream.trailers(trailers);
        }
    }

    void release() {
        if (pieces != null) {
            pieces.forEach(ByteBuf::release);
            pieces.clear();
        }
        bytes = 0;
    }
}
