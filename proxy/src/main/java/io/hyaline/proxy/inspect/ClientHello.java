package io.hyaline.proxy.inspect;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads server name and ALPN out of a TLS ClientHello, however it is cut into records and packets. */
sealed interface ClientHello {

    record Incomplete() implements ClientHello {}

    record NotTls() implements ClientHello {}

    record Found(String serverName, List<String> protocols) implements ClientHello {}

    int RECORD_HEADER = 5;
    int HANDSHAKE = 22;
    int CLIENT_HELLO = 1;
    int MAX_HELLO_BYTES = 16 * 1024;
    int SERVER_NAME = 0;
    int ALPN = 16;

    static ClientHello read(ByteBuf in) {
        if (in.getByte(in.readerIndex()) != HANDSHAKE) {
            return new NotTls();
        }
        ByteBuf hello = Unpooled.buffer(512);
        int at = in.readerIndex();
        int end = in.writerIndex();
        while (at + RECORD_HEADER <= end) {
            int length = in.getUnsignedShort(at + 3);
            if (in.getByte(at) != HANDSHAKE || in.getByte(at + 1) != 3 || length == 0 || length > MAX_HELLO_BYTES) {
                return new NotTls();
            }
            int piece = Math.min(length, end - at - RECORD_HEADER);
            hello.writeBytes(in, at + RECORD_HEADER, piece);
            at += RECORD_HEADER + length;
            if (hello.readableBytes() >= 4) {
                int wanted = hello.getUnsignedMedium(1);
                if (hello.getByte(0) != CLIENT_HELLO || wanted > MAX_HELLO_BYTES) {
                    return new NotTls();
                }
                if (hello.readableBytes() >= wanted + 4) {
                    return parse(hello.slice(4, wanted));
                }
            }
        }
        return new Incomplete();
    }

    private static ClientHello parse(ByteBuf hello) {
        String name = "";
        List<String> protocols = List.of();
        try {
            hello.skipBytes(34);
            hello.skipBytes(hello.readUnsignedByte());
            hello.skipBytes(hello.readUnsignedShort());
            hello.skipBytes(hello.readUnsignedByte());
            if (!hello.isReadable()) {
                return new Found("", List.of());
            }
            ByteBuf extensions = hello.readSlice(hello.readUnsignedShort());
            while (extensions.isReadable()) {
                int type = extensions.readUnsignedShort();
                ByteBuf body = extensions.readSlice(extensions.readUnsignedShort());
                if (type == SERVER_NAME) {
                    name = serverName(body);
                } else if (type == ALPN) {
                    protocols = protocols(body);
                }
            }
        } catch (IndexOutOfBoundsException malformed) {
            return new NotTls();
        }
        return new Found(name, protocols);
    }

    private static String serverName(ByteBuf body) {
        if (!body.isReadable()) {
            return "";
        }
        ByteBuf names = body.readSlice(body.readUnsignedShort());
        while (names.isReadable()) {
            int type = names.readUnsignedByte();
            ByteBuf name = names.readSlice(names.readUnsignedShort());
            if (type == 0) {
                return name.toString(StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
            }
        }
        return "";
    }

    private static List<String> protocols(ByteBuf body) {
        ByteBuf list = body.readSlice(body.readUnsignedShort());
        List<String> protocols = new ArrayList<>();
        while (list.isReadable()) {
            protocols.add(list.readSlice(list.readUnsignedByte()).toString(StandardCharsets.ISO_8859_1));
        }
        return List.copyOf(protocols);
    }
}
