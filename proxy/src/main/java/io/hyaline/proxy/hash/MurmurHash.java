package io.hyaline.proxy.hash;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** MurmurHash2 for 64 bits in the form that C++ standard libraries hash their strings with, seed included. */
final class MurmurHash {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long FACTOR = 0xc6a4a7935bd1e995L;
    private static final long SEED = 0xc70f6907L;

    private MurmurHash() {}

    static long of(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        long hash = SEED ^ bytes.length * FACTOR;
        int at = 0;
        for (; at <= bytes.length - 8; at += 8) {
            hash = (hash ^ mix((long) LONGS.get(bytes, at) * FACTOR) * FACTOR) * FACTOR;
        }
        if (at < bytes.length) {
            long last = 0;
            for (int i = bytes.length - 1; i >= at; i--) {
                last = (last << 8) | (bytes[i] & 0xff);
            }
            hash = (hash ^ last) * FACTOR;
        }
        return mix(mix(hash) * FACTOR);
    }

    private static long mix(long value) {
        return value ^ value >>> 47;
    }
}
