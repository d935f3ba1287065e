package io.hyaline.proxy.codec;

import io.hyaline.proxy.head.Head;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The first line of HTTP/2's connection preface, as an HTTP/1 scanner meets it. */
final class Preface {

    private static final byte[] LINE = "PRI * HTTP/2.0\r\n".getBytes(StandardCharsets.ISO_8859_1);

    private Preface() {}

    /** Whether a head that the scanner has given up begins with it. */
    static boolean begins(Head head) {
        return head.bytes().length >= LINE.length && Arrays.equals(head.bytes(), 0, LINE.length, LINE, 0, LINE.length);
    }

    /** Puts {@code next} in the place of the handler that met it, and gives it all that has come. */
    static boolean handOver(ChannelHandlerContext ctx, ChannelHandler next, ByteBuf rest) {
        ctx.pipeline().replace(ctx.handler(), null, next);
        ByteBuf remaining = rest.readRetainedSlice(rest.readableBytes());
        ctx.fireChannelRead(Unpooled.wrappedBuffer(Unpooled.copiedBuffer(LINE), remaining));
        return true;
    }
}
