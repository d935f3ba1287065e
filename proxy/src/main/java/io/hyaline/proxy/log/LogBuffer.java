package io.hyaline.proxy.log;

import java.util.Arrays;

/** A growing array of bytes with the few ways of writing that a log line needs. */
final class LogBuffer {

    private static final byte[] HEX = "0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);

    private byte[] bytes;
    private int length;
    private long second = Long.MIN_VALUE;
    private byte[] secondText = new byte[0];

    LogBuffer(int capacity) {
        bytes = new byte[capacity];
    }

    int length() {
        return length;
    }

    byte[] bytes() {
        return bytes;
    }

    void truncate(int newLength) {
        length = newLength;
    }

    void raw(byte[] text) {
        reserve(text.length);
        System.arraycopy(text, 0, bytes, length, text.length);
        length += text.length;
    }

    void raw(String text) {
        int more = text.length();
        reserve(more);
        byte[] to = bytes;
        int at = length;
        for (int i = 0; i < more; i++) {
            to[at + i] = (byte) text.charAt(i);
        }
        length = at + more;
    }

    void raw(byte b) {
        reserve(1);
        bytes[length++] = b;
    }

    void raw(byte[] from, int start, int until) {
        reserve(until - start);
        System.arraycopy(from, start, bytes, length, until - start);
        length += until - start;
    }

    /** Bytes inside a JSON string; what is not ASCII is written as it is. */
    void escaped(byte[] from, int start, int until) {
        reserve(6 * (until - start));
        byte[] to = bytes;
        int at = length;
        for (int i = start; i < until; i++) {
            byte b = from[i];
            if (b == '"' || b == '\\') {
                to[at++] = '\\';
                to[at++] = b;
            } else if (b >= 0 && b < 0x20) {
                at = control(to, at, b);
            } else {
                to[at++] = b;
            }
        }
        length = at;
    }

    private static int control(byte[] to, int from, byte b) {
        int at = from;
        to[at++] = '\\';
        switch (b) {
            case '\n' -> to[at++] = 'n';
            case '\r' -> to[at++] = 'r';
            case '\t' -> to[at++] = 't';
            default -> {
                to[at++] = 'u';
                to[at++] = '0';
                to[at++] = '0';
                to[at++] = HEX[b >> 4];
                to[at++] = HEX[b & 15];
            }
        }
        return at;
    }

    void escaped(String text) {
        boolean plain = true;
        for (int i = 0; i < text.length() && plain; i++) {
            char c = text.charAt(i);
            plain = c >= 0x20 && c != '"' && c != '\\' && c < 0x80;
        }
        if (plain) {
            raw(text);
        } else {
            byte[] utf8 = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
            escaped(utf8, 0, utf8.length);
        }
    }

    void number(long value) {
        reserve(20);
        if (value < 0) {
            raw(Long.toString(value));
            return;
        }
        int digits = 1;
        for (long rest = value; rest >= 10; rest /= 10) {
            digits++;
        }
        long rest = value;
        for (int i = length + digits - 1; i >= length; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
    }

    void padded(long value, int digits) {
        reserve(digits);
        long rest = value;
        for (int i = length + digits - 1; i >= length; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
    }

    /** RFC 3339 with milliseconds, UTC; the part down to the second is kept for the next line. */
    void timestamp(long epochMicros) {
        long now = Math.floorDiv(epochMicros, 1_000_000L);
        if (now != second) {
            second = now;
            secondText = java.time.Instant.ofEpochSecond(now)
                    .toString()
                    .replace("Z", ".")
                    .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        }
        raw(secondText);
        padded(Math.floorMod(epochMicros, 1_000_000L) / 1000, 3);
        raw((byte) 'Z');
    }

    private void reserve(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
