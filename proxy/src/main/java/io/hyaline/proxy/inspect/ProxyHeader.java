package io.hyaline.proxy.inspect;

import io.hyaline.proxy.match.Cidr;
import io.netty.buffer.ByteBuf;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The PROXY protocol's header, version 1 or 2, at the beginning of a connection. */
public sealed interface ProxyHeader {

    record Incomplete() implements ProxyHeader {}

    record Absent() implements ProxyHeader {}

    record Malformed() implements ProxyHeader {}

    /** A header that keeps the connection's own addresses. */
    record Local(int length) implements ProxyHeader {}

    record Proxied(int length, InetSocketAddress source, InetSocketAddress destination) implements ProxyHeader {}

    /** Reads without consuming. */
    static ProxyHeader read(@Nullable ByteBuf bytes) {
        if (bytes == null || !bytes.isReadable()) {
            return new Incomplete();
        }
        if (begins(bytes, Layout.V2)) {
            return bytes.readableBytes() < 16 ? new Incomplete() : version2(bytes);
        }
        byte[] v1 = "PROXY ".getBytes(StandardCharsets.ISO_8859_1);
        if (begins(bytes, v1)) {
            return bytes.readableBytes() < v1.length ? new Incomplete() : version1(bytes);
        }
        return new Absent();
    }

    private static boolean begins(ByteBuf bytes, byte[] with) {
        int length = Math.min(bytes.readableBytes(), with.length);
        for (int i = 0; i < length; i++) {
            if (bytes.getByte(bytes.readerIndex() + i) != with[i]) {
                return false;
            }
        }
        return true;
    }

    private static ProxyHeader version1(ByteBuf bytes) {
        int limit = Math.min(bytes.readableBytes(), Layout.MAX_V1_BYTES);
        int newLine = bytes.indexOf(bytes.readerIndex(), bytes.readerIndex() + limit, (byte) '\n');
        if (newLine < 0) {
            return limit == Layout.MAX_V1_BYTES ? new Malformed() : new Incomplete();
        }
        int length = newLine + 1 - bytes.readerIndex();
        String line = bytes.toString(bytes.readerIndex(), length, StandardCharsets.ISO_8859_1);
        if (!line.endsWith("\r\n")) {
            return new Malformed();
        }
        String[] words = line.stripTrailing().split(" ");
        if (words.length >= 2 && words[1].equals("UNKNOWN")) {
            return new Local(length);
        }
        if (words.length != 6 || !(words[1].equals("TCP4") || words[1].equals("TCP6"))) {
            return new Malformed();
        }
        boolean six = words[1].equals("TCP6");
        if (six != words[2].indexOf(':') >= 0 || six != words[3].indexOf(':') >= 0) {
            return new Malformed();
        }
        try {
            return new Proxied(
                    length,
                    new InetSocketAddress(Cidr.address(words[2]), Integer.parseInt(words[4])),
                    new InetSocketAddress(Cidr.address(words[3]), Integer.parseInt(words[5])));
        } catch (IllegalArgumentException e) {
            return new Malformed();
        }
    }

    private static ProxyHeader version2(ByteBuf bytes) {
        int at = bytes.readerIndex();
        int command = bytes.getUnsignedByte(at + 12);
        int family = bytes.getUnsignedByte(at + 13);
        int length = bytes.getUnsignedShort(at + 14);
        if (command >> 4 != 2 || (command & 15) > 1 || length > Layout.MAX_V2_BYTES) {
            return new Malformed();
        }
        if (bytes.readableBytes() < 16 + length) {
            return new Incomplete();
        }
        if ((command & 15) == 0) {
            return new Local(16 + length);
        }
        int size = switch (family) {
            case 0x11 -> 4;
            case 0x21 -> 16;
            default -> 0;
        };
        if (size == 0 || length < 2 * size + 4) {
            return new Malformed();
        }
        return new Proxied(
                16 + length,
                new InetSocketAddress(address(bytes, at + 16, size), bytes.getUnsignedShort(at + 16 + 2 * size)),
                new InetSocketAddress(
                        address(bytes, at + 16 + size, size), bytes.getUnsignedShort(at + 18 + 2 * size)));
    }

    private static InetAddress address(ByteBuf bytes, int at, int size) {
        byte[] raw = new byte[size];
        bytes.getBytes(at, raw);
        try {
            return InetAddress.getByAddress(raw);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sizes and signatures. */
    final class Layout {
        static final byte[] V2 = {0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A};
        static final int MAX_V1_BYTES = 107;
        static final int MAX_V2_BYTES = 4096;

        private Layout() {}
    }
}
