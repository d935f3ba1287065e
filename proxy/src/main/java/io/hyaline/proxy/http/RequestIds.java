package io.hyaline.proxy.http;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/** Random (version 4) UUIDs as text, without the cost of a secure generator: they name requests and protect nothing. */
final class RequestIds {

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.ISO_8859_1);

    private RequestIds() {}

    static String next(SplittableRandom random) {
        long high = (random.nextLong() & ~0xf000L) | 0x4000L;
        long low = (random.nextLong() & 0x3fffffffffffffffL) | 0x8000000000000000L;
        byte[] text = new byte[36];
        hex(text, 0, high >>> 32, 8);
        text[8] = '-';
        hex(text, 9, high >>> 16, 4);
        text[13] = '-';
        hex(text, 14, high, 4);
        text[18] = '-';
        hex(text, 19, low >>> 48, 4);
        text[23] = '-';
        hex(text, 24, low, 12);
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    private static void hex(byte[] text, int at, long value, int digits) {
        long rest = value;
        for (int i = at + digits - 1; i >= at; i--) {
            text[i] = HEX[(int) (rest & 15)];
            rest >>>= 4;
        }
    }
}
