package io.hyaline.proxy.hash;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** XXH64, as its specification describes it. */
public final class XxHash {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long PRIME_1 = 0x9E3779B185EBCA87L;
    private static final long PRIME_2 = 0xC2B2AE3D27D4EB4FL;
    private static final long PRIME_3 = 0x165667B19E3779F9L;
    private static final long PRIME_4 = 0x85EBCA77C2B2AE63L;
    private static final long PRIME_5 = 0x27D4EB2F165667C5L;
    private static final int STRIPE = 32;

    private XxHash() {}

    /** The hash of a text's Latin-1 bytes, which is what headers are made of. */
    public static long of(String text) {
        return of(text, 0);
    }

    public static long of(String text, long seed) {
        return of(text.getBytes(StandardCharsets.ISO_8859_1), seed);
    }

    public static long of(byte[] bytes, long seed) {
        int at = 0;
        long hash;
        if (bytes.length >= STRIPE) {
            long one = seed + PRIME_1 + PRIME_2;
            long two = seed + PRIME_2;
            long three = seed;
            long four = seed - PRIME_1;
            for (; at <= bytes.length - STRIPE; at += STRIPE) {
                one = round(one, (long) LONGS.get(bytes, at));
                two = round(two, (long) LONGS.get(bytes, at + 8));
                three = round(three, (long) LONGS.get(bytes, at + 16));
                four = round(four, (long) LONGS.get(bytes, at + 24));
            }
            hash = Long.rotateLeft(one, 1)
                    + Long.rotateLeft(two, 7)
                    + Long.rotateLeft(three, 12)
                    + Long.rotateLeft(four, 18);
            hash = merge(merge(merge(merge(hash, one), two), three), four);
        } else {
            hash = seed + PRIME_5;
        }
        return avalanche(rest(bytes, at, hash + bytes.length));
    }

    private static long rest(byte[] bytes, int from, long sofar) {
        int at = from;
        long hash = sofar;
        for (; at <= bytes.length - 8; at += 8) {
            hash = Long.rotateLeft(hash ^ round(0, (long) LONGS.get(bytes, at)), 27) * PRIME_1 + PRIME_4;
        }
        if (at <= bytes.length - 4) {
            long lane = Integer.toUnsignedLong((int) INTS.get(bytes, at));
            hash = Long.rotateLeft(hash ^ lane * PRIME_1, 23) * PRIME_2 + PRIME_3;
            at += 4;
        }
        for (; at < bytes.length; at++) {
            hash = Long.rotateLeft(hash ^ (bytes[at] & 0xff) * PRIME_5, 11) * PRIME_1;
        }
        return hash;
    }

    private static long round(long accumulator, long lane) {
        return Long.rotateLeft(accumulator + lane * PRIME_2, 31) * PRIME_1;
    }

    private static long merge(long hash, long accumulator) {
        return (hash ^ round(0, accumulator)) * PRIME_1 + PRIME_4;
    }

    private static long avalanche(long sofar) {
        long hash = sofar;
        hash = (hash ^ hash >>> 33) * PRIME_2;
        hash = (hash ^ hash >>> 29) * PRIME_3;
        return hash ^ hash >>> 32;
    }
}
