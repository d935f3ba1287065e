package io.hyaline.proxy.codec;

import io.hyaline.proxy.head.Head;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Finds the end of a message's body, by length, by chunks, or by the end of the connection. Strict about chunks. */
final class BodyReader {

    /** Takes pieces of a body. */
    interface Sink {
        void data(ByteBuf data, boolean end);

        /** The end of the body; the fields live until {@link #reset}. */
        void trailers(Head fields);
    }

    private enum State {
        NONE,
        LENGTH,
        UNTIL_CLOSE,
        CHUNK_SIZE,
        CHUNK_EXTENSION,
        CHUNK_SIZE_LF,
        CHUNK_DATA,
        CHUNK_CR,
        CHUNK_LF,
        TRAILERS,
        TRAILER_START,
        TRAILER_LINE,
        TRAILER_LF,
        END_LF
    }

    private static final int MAX_EXTENSION_BYTES = 4096;
    private static final int MAX_TRAILER_BYTES = 60 * 1024;
    private static final int MAX_SIZE_DIGITS = 15;

    private State state = State.NONE;
    private final @Nullable TrailerReader trailers;
    private long remaining;
    private int digits;
    private int spent;

    /** @param trailers reads the trailers; null drops them */
    BodyReader(@Nullable TrailerReader trailers) {
        this.trailers = trailers;
    }

    /** Forgets the trailers of the last body. */
    void reset() {
        if (trailers != null) {
            trailers.reset();
        }
    }

    void none() {
        state = State.NONE;
    }

    void length(long bytes) {
        state = bytes == 0 ? State.NONE : State.LENGTH;
        remaining = bytes;
    }

    void chunked() {
        state = State.CHUNK_SIZE;
        remaining = 0;
        digits = 0;
        spent = 0;
    }

    void untilClose() {
        state = State.UNTIL_CLOSE;
    }

    boolean isUntilClose() {
        return state == State.UNTIL_CLOSE;
    }

    /** Whether the body is complete. */
    boolean done() {
        return state == State.NONE;
    }

    /** Hands on what belongs to the body; false when the bytes break the rules. */
    boolean feed(ByteBuf in, Sink sink) {
        while (state != State.NONE && in.isReadable()) {
            switch (state) {
                case LENGTH, CHUNK_DATA -> data(in, sink);
                case UNTIL_CLOSE -> sink.data(in.readRetainedSlice(in.readableBytes()), false);
                case TRAILERS -> {
                    if (!fields(in, sink)) {
                        return false;
                    }
                }
                default -> {
                    if (!framing(in.readByte(), sink)) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private boolean fields(ByteBuf in, Sink sink) {
        TrailerReader reader = Objects.requireNonNull(trailers, "trailers are not kept");
        return switch (reader.feed(in)) {
            case MORE -> true;
            case DONE -> {
                state = State.NONE;
                if (reader.fields().positions() == 0) {
                    sink.data(Unpooled.EMPTY_BUFFER, true);
                } else {
                    sink.trailers(reader.fields());
                }
                yield true;
            }
            case MALFORMED, BAD_CHARACTER, TOO_MANY, TOO_LARGE, BAD_VERSION -> false;
        };
    }

    private void data(ByteBuf in, Sink sink) {
        int piece = (int) Math.min(remaining, in.readableBytes());
        remaining -= piece;
        boolean whole = remaining == 0 && state == State.LENGTH;
        if (remaining == 0) {
            state = whole ? State.NONE : State.CHUNK_CR;
        }
        sink.data(in.readRetainedSlice(piece), whole);
    }

    private boolean framing(byte b, Sink sink) {
        return switch (state) {
            case CHUNK_SIZE -> size(b);
            case CHUNK_EXTENSION -> {
                if (b == '\r') {
                    state = State.CHUNK_SIZE_LF;
                    yield true;
                }
                yield ++spent < MAX_EXTENSION_BYTES && b != '\n' && b != 0;
            }
            case CHUNK_SIZE_LF -> {
                state = remaining > 0 ? State.CHUNK_DATA : trailers == null ? State.TRAILER_START : State.TRAILERS;
                digits = 0;
                yield b == '\n';
            }
            case CHUNK_CR -> {
                state = State.CHUNK_LF;
                yield b == '\r';
            }
            case CHUNK_LF -> {
                state = State.CHUNK_SIZE;
                yield b == '\n';
            }
            default -> trailer(b, sink);
        };
    }

    private boolean size(byte b) {
        int digit = Character.digit(b, 16);
        if (digit >= 0) {
            remaining = remaining * 16 + digit;
            return ++digits <= MAX_SIZE_DIGITS;
        }
        if (digits == 0) {
            return false;
        }
        if (b == '\r') {
            state = State.CHUNK_SIZE_LF;
            return true;
        }
        state = State.CHUNK_EXTENSION;
        return b == ';' || b == ' ' || b == '\t';
    }

    /** Trailers are read and dropped, as Envoy does unless told otherwise. */
    private boolean trailer(byte b, Sink sink) {
        return switch (state) {
            case TRAILER_START -> {
                state = b == '\r' ? State.END_LF : State.TRAILER_LINE;
                yield ++spent < MAX_TRAILER_BYTES && b != '\n' && b != 0;
            }
            case TRAILER_LINE -> {
                state = b == '\r' ? State.TRAILER_LF : state;
                yield ++spent < MAX_TRAILER_BYTES && b != '\n' && b != 0;
            }
            case TRAILER_LF -> {
                state = State.TRAILER_START;
                yield b == '\n';
            }
            default -> {
                if (b == '\n') {
                    state = State.NONE;
                    sink.data(Unpooled.EMPTY_BUFFER, true);
                }
                yield b == '\n';
            }
        };
    }
}
