package io.hyaline.proxy.codec;

import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.head.HeadScanner;
import io.hyaline.proxy.loop.Worker;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Reads what follows the last chunk of a body (RFC 9112, 7.1.2), for a side whose settings keep trailers. */
final class TrailerReader {

    private final Worker worker;
    private final HeadScanner scanner;
    private @Nullable Head fields;

    TrailerReader(Worker worker, int maxBytes, int maxFields) {
        this.worker = worker;
        this.scanner = HeadScanner.ofTrailers(maxBytes, maxFields);
    }

    /** Takes what belongs to the trailers; {@link #fields} has them when they are done. */
    HeadScanner.Outcome feed(ByteBuf in) {
        Head current = fields;
        if (current == null) {
            current = worker.head();
            fields = current;
        }
        return scanner.feed(in, current);
    }

    Head fields() {
        Head current = fields;
        if (current == null) {
            throw new IllegalStateException("no trailers have been read");
        }
        return current;
    }

    /** Ready for the next body. */
    void reset() {
        Head current = fields;
        if (current != null) {
            fields = null;
            worker.recycle(current);
            scanner.reset();
        }
    }
}
