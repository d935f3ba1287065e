package io.hyaline.proxy.head;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes a head as HTTP/1.1: assembled once in a scratch array of the loop, then copied once into the outgoing buffer. */
public final class HeadWriter {

    private static final byte[] HOST = " HTTP/1.1\r\nhost: ".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] NO_HOST = " HTTP/1.1\r\n".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] LAST_CHUNK = {'0', '\r', '\n'};
    private static final int MINOR_VERSION = "HTTP/1.".length();
    private static final byte[][] STATUS_LINES = new byte[1000][];

    static {
        for (int status = 100; status < STATUS_LINES.length; status++) {
            String reason = Reasons.of(status);
            STATUS_LINES[status] = ("HTTP/1.1 " + status + " " + reason + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        }
    }

    private byte[] out = new byte[2048];
    private int end;

    /** The request as bytes; {@code room} more may be appended by the caller without growing. */
    public ByteBuf request(Head head, ByteBufAllocator allocator, int room) {
        end = 0;
        put(head.method);
        reserve(1);
        out[end++] = ' ';
        put(head.bytes, head.pathStart, head.pathEnd);
        if (head.hasAuthority()) {
            put(HOST, 0, HOST.length);
            put(head.bytes, head.authorityStart, head.authorityEnd);
            newLine();
        } else {
            put(NO_HOST, 0, NO_HOST.length);
        }
        return finish(head, allocator, room);
    }

    /** The answer as bytes. */
    public ByteBuf response(Head head, ByteBufAllocator allocator, int room) {
        end = 0;
        byte[] line = STATUS_LINES[head.status];
        put(line, 0, line.length);
        if (head.minorVersion == 0) {
            out[MINOR_VERSION] = '0';
        }
        return finish(head, allocator, room);
    }

    /** The last chunk of a body and the trailers behind it. */
    public ByteBuf trailers(Head fields, ByteBufAllocator allocator) {
        end = 0;
        put(LAST_CHUNK, 0, LAST_CHUNK.length);
        return finish(fields, allocator, 0);
    }

    private ByteBuf finish(Head head, ByteBufAllocator allocator, int room) {
        byte[] bytes = head.bytes;
        int[] index = head.index;
        int fields = head.count * 4;
        for (int i = 0; i < fields; i += 4) {
            int nameStart = index[i];
            if (nameStart < 0) {
                continue;
            }
            int nameLength = index[i + 1] - nameStart;
            int valueStart = index[i + 2];
            int valueLength = index[i + 3] - valueStart;
            reserve(nameLength + valueLength + 4);
            byte[] to = out;
            int at = end;
            System.arraycopy(bytes, nameStart, to, at, nameLength);
            at += nameLength;
            to[at++] = ':';
            to[at++] = ' ';
            System.arraycopy(bytes, valueStart, to, at, valueLength);
            at += valueLength;
            to[at++] = '\r';
            to[at++] = '\n';
            end = at;
        }
        newLine();
        ByteBuf buffer = allocator.directBuffer(end + room);
        buffer.writeBytes(out, 0, end);
        return buffer;
    }

    /** How many bytes the last head took. */
    public int length() {
        return end;
    }

    private void newLine() {
        reserve(2);
        out[end++] = '\r';
        out[end++] = '\n';
    }

    private void put(byte[] bytes, int from, int until) {
        int length = until - from;
        reserve(length);
        System.arraycopy(bytes, from, out, end, length);
        end += length;
    }

    private void put(String text) {
        reserve(text.length());
        for (int i = 0; i < text.length(); i++) {
            out[end++] = (byte) text.charAt(i);
        }
    }

    private void reserve(int more) {
        if (end + more > out.length) {
            out = Arrays.copyOf(out, Math.max(out.length * 2, end + more));
        }
    }
}
