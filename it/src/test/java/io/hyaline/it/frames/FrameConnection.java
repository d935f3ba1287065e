package io.hyaline.it.frames;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * One end of an HTTP/2 connection that writes what it is told to, and keeps what it reads. It acknowledges settings and pings, and
 * gives back the peer's windows unless told to hold them. Waiters use its monitor.
 */
public final class FrameConnection {

    public static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private static final int HEADER = 9;
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int WINDOW_UPDATE = 8;
    private static final int CONTINUATION = 9;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    private static final int PADDED = 8;
    private static final int HAS_PRIORITY = 32;
    private static final int INITIAL_WINDOW = 4;
    private static final int LARGEST_FRAME = 16_384;
    private static final int DEFAULT_WINDOW = 65_535;

    private final Consumer<byte[]> out;
    private final DefaultHttp2HeadersEncoder encoder =
            new DefaultHttp2HeadersEncoder(Http2HeadersEncoder.NEVER_SENSITIVE, true);
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false, 1 << 20);
    private final Map<Integer, FrameStream> streams = new TreeMap<>();
    private final Map<Integer, Long> settings = new TreeMap<>();
    private final List<String> goAways = new ArrayList<>();
    private final ByteBuf pending = Unpooled.buffer();
    private final ByteBuf block = Unpooled.buffer();
    private int blockStream;
    private boolean blockEnds;
    private boolean hold;
    private boolean mute;
    private boolean broken;
    private boolean prefaceSeen;
    private int pingsAnswered;
    private int pings;
    private long window = DEFAULT_WINDOW;
    private long initialWindow = DEFAULT_WINDOW;

    /**
     * An end of a connection whose own preface is written at once.
     *
     * @param client whether this is the client's end
     */
    public FrameConnection(boolean client, Map<Integer, Long> own, Consumer<byte[]> out) {
        this.out = out;
        this.prefaceSeen = client;
        if (client) {
            out.accept(PREFACE);
        }
        settings(own);
    }

    public synchronized void settings(Map<Integer, Long> own) {
        ByteBuf payload = Unpooled.buffer();
        own.forEach((id, value) -> payload.writeShort(id).writeInt((int) (long) value));
        frame(SETTINGS, 0, 0, bytes(payload));
    }

    private static byte[] bytes(ByteBuf from) {
        byte[] bytes = new byte[from.readableBytes()];
        from.readBytes(bytes);
        return bytes;
    }

    private static byte[] number(long number) {
        return Unpooled.buffer(4).writeInt((int) number).array();
    }

    public synchronized void frame(int type, int flags, int stream, byte[] payload) {
        out.accept(bytes(Unpooled.buffer()
                .writeMedium(payload.length)
                .writeByte(type)
                .writeByte(flags)
                .writeInt(stream)
                .writeBytes(payload)));
    }

    public synchronized void headers(int stream, boolean end, List<Field> fields) {
        streams.computeIfAbsent(stream, id -> new FrameStream(id, initialWindow));
        Http2Headers headers = new DefaultHttp2Headers(false);
        fields.forEach(f -> headers.add(f.name(), f.value()));
        ByteBuf encoded = Unpooled.buffer();
        try {
            encoder.encodeHeaders(stream, headers, encoded);
        } catch (Http2Exception e) {
            throw new IllegalArgumentException(e);
        }
        int type = HEADERS;
        int flags = end ? END_STREAM : 0;
        while (encoded.readableBytes() > LARGEST_FRAME) {
            frame(type, flags, stream, bytes(encoded.readSlice(LARGEST_FRAME)));
            type = CONTINUATION;
            flags = 0;
        }
        frame(type, flags | END_HEADERS, stream, bytes(encoded));
    }

    /** Sends as much as windows allow, one frame at most; returns how many bytes went. */
    public synchronized int data(int stream, boolean end, byte[] bytes, int from) {
        FrameStream open = streams.get(stream);
        int left = bytes.length - from;
        int size = (int) Math.min(Math.min(left, LARGEST_FRAME), Math.min(window, open.window));
        if (size <= 0 && left > 0) {
            return 0;
        }
        window -= size;
        open.window -= size;
        frame(DATA, end && size == left ? END_STREAM : 0, stream, Arrays.copyOfRange(bytes, from, from + size));
        return size;
    }

    public synchronized void reset(int stream, int code) {
        frame(RST_STREAM, 0, stream, number(code));
    }

    public synchronized void goAway(int last, int code) {
        frame(GOAWAY, 0, 0, Unpooled.buffer(8).writeInt(last).writeInt(code).array());
    }

    public synchronized void windowUpdate(int stream, int bytes) {
        frame(WINDOW_UPDATE, 0, stream, number(bytes));
    }

    public synchronized void ping() {
        frame(PING, 0, 0, new byte[8]);
    }

    /** Gives back no window from now on. */
    public synchronized void hold() {
        hold = true;
    }

    /** Answers no ping from now on. */
    public synchronized void mute() {
        mute = true;
    }

    /** How often the peer has asked whether we are still there. */
    public synchronized int pings() {
        return pings;
    }

    public synchronized FrameStream stream(int id) {
        return streams.get(id);
    }

    /** The streams in the order of their numbers. */
    public synchronized List<FrameStream> streams() {
        return List.copyOf(streams.values());
    }

    /** The peer's settings, as {@code id=value} in the order of ids. */
    public synchronized String settings() {
        return settings.toString();
    }

    /** Last stream and code of each GOAWAY. */
    public synchronized List<String> goAways() {
        return List.copyOf(goAways);
    }

    public synchronized int pingsAnswered() {
        return pingsAnswered;
    }

    /** The peer wrote something that is no HTTP/2. */
    public synchronized boolean broken() {
        return broken;
    }

    /** Takes bytes of the peer. */
    public synchronized void feed(byte[] bytes, int offset, int count) {
        pending.writeBytes(bytes, offset, count);
        try {
            if (!prefaceSeen && pending.readableBytes() >= PREFACE.length) {
                pending.skipBytes(PREFACE.length);
                prefaceSeen = true;
            }
            while (prefaceSeen
                    && pending.readableBytes() >= HEADER
                    && pending.readableBytes() >= HEADER + pending.getUnsignedMedium(pending.readerIndex())) {
                int length = pending.readUnsignedMedium();
                int type = pending.readUnsignedByte();
                int flags = pending.readUnsignedByte();
                int stream = pending.readInt();
                read(type, flags, stream, pending.readSlice(length));
            }
        } catch (Http2Exception | RuntimeException e) {
            broken = true;
        }
        pending.discardReadBytes();
        notifyAll();
    }

    private void read(int type, int flags, int stream, ByteBuf payload) throws Http2Exception {
        int whole = payload.readableBytes();
        int padding = (flags & PADDED) != 0 && (type == DATA || type == HEADERS) ? payload.readUnsignedByte() : 0;
        switch (type) {
            case DATA -> data(stream, payload.readSlice(payload.readableBytes() - padding), flags, whole);
            case HEADERS -> {
                if ((flags & HAS_PRIORITY) != 0) {
                    payload.skipBytes(5);
                }
                blockStream = stream;
                blockEnds = (flags & END_STREAM) != 0;
                block.clear();
                fields(payload.readSlice(payload.readableBytes() - padding), flags);
            }
            case CONTINUATION -> fields(payload, flags);
            case RST_STREAM -> known(stream).reset(payload.readInt());
            case SETTINGS -> settings(flags, payload);
            case PING -> ping(flags, payload);
            case GOAWAY -> goAways.add("last " + payload.readInt() + " code " + payload.readInt());
            case WINDOW_UPDATE -> {
                if (stream == 0) {
                    window += payload.readInt();
                } else {
                    known(stream).window += payload.readInt();
                }
            }
            default -> {}
        }
    }

    private FrameStream known(int stream) {
        return streams.computeIfAbsent(stream, id -> new FrameStream(id, initialWindow));
    }

    private void data(int stream, ByteBuf payload, int flags, int whole) {
        FrameStream open = known(stream);
        open.data(bytes(payload));
        if ((flags & END_STREAM) != 0) {
            open.end();
        }
        if (!hold && whole > 0) {
            windowUpdate(0, whole);
            if (!open.over()) {
                windowUpdate(stream, whole);
            }
        }
    }

    private void fields(ByteBuf payload, int flags) throws Http2Exception {
        block.writeBytes(payload);
        if ((flags & END_HEADERS) == 0) {
            return;
        }
        List<Field> fields = new ArrayList<>();
        decoder.decodeHeaders(blockStream, block)
                .forEach(f ->
                        fields.add(new Field(f.getKey().toString(), f.getValue().toString())));
        FrameStream open = known(blockStream);
        open.block(fields);
        if (blockEnds) {
            open.end();
        }
    }

    private void settings(int flags, ByteBuf payload) {
        if ((flags & 1) != 0) {
            return;
        }
        while (payload.isReadable()) {
            int id = payload.readUnsignedShort();
            long value = payload.readUnsignedInt();
            settings.put(id, value);
            if (id == INITIAL_WINDOW) {
                streams.values().forEach(s -> s.window += value - initialWindow);
                initialWindow = value;
            }
        }
        frame(SETTINGS, 1, 0, new byte[0]);
    }

    private void ping(int flags, ByteBuf payload) {
        if ((flags & 1) != 0) {
            pingsAnswered++;
        } else {
            pings++;
            if (!mute) {
                frame(PING, 1, 0, bytes(payload));
            }
        }
    }
}
