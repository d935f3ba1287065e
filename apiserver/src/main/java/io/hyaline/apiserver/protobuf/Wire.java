package io.hyaline.apiserver.protobuf;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads protobuf's wire format. Throws IllegalArgumentException on anything that is not. */
final class Wire {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    private final byte[] data;
    private final int end;
    private int at;
    private int type;

    Wire(byte[] data, int from, int end) {
        this.data = data;
        this.at = from;
        this.end = end;
    }

    boolean more() {
        return at < end;
    }

    /** The number of the next field. */
    int tag() {
        long tag = varint();
        type = (int) (tag & 7);
        return (int) (tag >>> 3);
    }

    void skip() {
        switch (type) {
            case VARINT -> varint();
            case FIXED64 -> advance(8);
            case BYTES -> advance((int) varint());
            case FIXED32 -> advance(4);
            default -> throw new IllegalArgumentException("unknown wire type " + type);
        }
    }

    long number() {
        return switch (type) {
            case VARINT -> varint();
            case FIXED64 -> fixed(8);
            case FIXED32 -> fixed(4);
            default -> throw new IllegalArgumentException("a number was expected");
        };
    }

    String text() {
        int length = length();
        String text = new String(data, at, length, StandardCharsets.UTF_8);
        at += length;
        return text;
    }

    byte[] bytes() {
        int length = length();
        byte[] bytes = Arrays.copyOfRange(data, at, at + length);
        at += length;
        return bytes;
    }

    /** A reader of the embedded message. */
    Wire message() {
        int length = length();
        Wire inner = new Wire(data, at, at + length);
        at += length;
        return inner;
    }

    private int length() {
        if (type != BYTES) {
            throw new IllegalArgumentException("a length was expected");
        }
        long length = varint();
        if (length < 0 || length > end - at) {
            throw new IllegalArgumentException("unexpected end of message");
        }
        return (int) length;
    }

    private void advance(int bytes) {
        if (bytes < 0 || bytes > end - at) {
            throw new IllegalArgumentException("unexpected end of message");
        }
        at += bytes;
    }

    private long fixed(int bytes) {
        int from = at;
        advance(bytes);
        long value = 0;
        for (int i = bytes - 1; i >= 0; i--) {
            value = value << 8 | (data[from + i] & 0xff);
        }
        return value;
    }

    private long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (at >= end) {
                throw new IllegalArgumentException("unexpected end of message");
            }
            byte next = data[at++];
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("a number has more than ten bytes");
    }
}
