package io.hyaline.proxy.instance;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersEncoder;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client that speaks HTTP/2 frame by frame, and keeps none of its rules unless told to. */
final class FramePeer implements AutoCloseable {

    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    /** One frame; the text is that of fields, one a line, or of the payload. */
    record Frame(int type, int flags, int stream, String text) {

        boolean ends() {
            return (flags & END_STREAM) != 0;
        }

        /** The code of a RST_STREAM, the last stream of a GOAWAY. */
        int number() {
            return text.charAt(0) << 24 | text.charAt(1) << 16 | text.charAt(2) << 8 | text.charAt(3);
        }

        /** The code of a GOAWAY. */
        int code() {
            return text.charAt(7);
        }
    }

    private final Socket socket;
    private final DataInputStream in;
    private final DefaultHttp2HeadersEncoder encoder =
            new DefaultHttp2HeadersEncoder(Http2HeadersEncoder.NEVER_SENSITIVE, true);
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);

    FramePeer(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
    }

    /** A connection whose preface has been sent. */
    static FramePeer connect(Rig rig) throws IOException {
        FramePeer peer = new FramePeer(rig.connect());
        peer.raw(PREFACE.getBytes(StandardCharsets.ISO_8859_1));
        peer.frame(SETTINGS, 0, 0);
        return peer;
    }

    void raw(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    void frame(int type, int flags, int stream, byte... payload) throws IOException {
        ByteBuf out = Unpooled.buffer(9 + payload.length)
                .writeMedium(payload.length)
                .writeByte(type)
                .writeByte(flags)
                .writeInt(stream)
                .writeBytes(payload);
        raw(out.array());
    }

    static byte[] number(int number) {
        return Unpooled.buffer(4).writeInt(number).array();
    }

    /** Sends fields, given as names and values. */
    void fields(int stream, boolean end, String... fields) throws IOException, Http2Exception {
        Http2Headers headers = new DefaultHttp2Headers(false);
        for (int i = 0; i < fields.length; i += 2) {
            headers.add(fields[i], fields[i + 1]);
        }
        ByteBuf block = Unpooled.buffer();
        encoder.encodeHeaders(stream, headers, block);
        byte[] bytes = new byte[block.readableBytes()];
        block.readBytes(bytes);
        frame(HEADERS, END_HEADERS | (end ? END_STREAM : 0), stream, bytes);
    }

    void get(int stream, String path) throws IOException, Http2Exception {
        fields(stream, true, ":method", "GET", ":scheme", "http", ":path", path, ":authority", "h");
    }

    void data(int stream, boolean end, String text) throws IOException {
        frame(DATA, end ? END_STREAM : 0, stream, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The next frame; null when the connection has ended. */
    Frame next() throws IOException, Http2Exception {
        int first = in.read();
        if (first < 0) {
            return null;
        }
        int length = first << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        byte[] payload = in.readNBytes(length);
        String text = new String(payload, StandardCharsets.ISO_8859_1);
        if (type == HEADERS) {
            StringBuilder fields = new StringBuilder();
            decoder.decodeHeaders(stream, Unpooled.wrappedBuffer(payload))
                    .forEach(field -> fields.append(field.getKey())
                            .append(": ")
                            .append(field.getValue())
                            .append('\n'));
            text = fields.toString();
        }
        return new Frame(type, flags, stream, text);
    }

    /** The next frame of a type on a stream; what comes before it is dropped. */
    Frame next(int type, int stream) throws IOException, Http2Exception {
        while (true) {
            Frame frame = next();
            if (frame == null) {
                throw new IOException("the connection ended before a frame of type " + type + " on stream " + stream);
            }
            if (frame.type() == type && frame.stream() == stream) {
                return frame;
            }
        }
    }

    /** Head and body of the answer on a stream, and the trailers if there are some. */
    String answer(int stream) throws IOException, Http2Exception {
        StringBuilder text = new StringBuilder();
        while (true) {
            Frame frame = next();
            if (frame == null) {
                throw new IOException("the connection ended after: " + text);
            }
            if (frame.stream() == stream && frame.type() == RST_STREAM) {
                return text + "RST " + frame.number();
            }
            if (frame.stream() == stream && (frame.type() == HEADERS || frame.type() == DATA)) {
                text.append(frame.text());
                if (frame.ends()) {
                    return text.toString();
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
