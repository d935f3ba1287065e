package io.hyaline.proxy.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes heads and bodies. A small body that comes with its head is copied behind it, so that the kernel gets one buffer;
 * larger ones pass as they are.
 */
final class BodyWriter {

    /** Bodies up to this size are cheaper to copy than to send from a buffer of their own. */
    static final int SMALL_BODY_BYTES = 4096;

    private static final ByteBuf CRLF = constant("\r\n");
    private static final ByteBuf LAST_CHUNK = constant("0\r\n\r\n");
    private static final ByteBuf CRLF_LAST_CHUNK = constant("\r\n0\r\n\r\n");

    private @Nullable ByteBuf held;
    private boolean chunked;

    private static ByteBuf constant(String text) {
        return Unpooled.unreleasableBuffer(Unpooled.directBuffer(text.length())
                .writeBytes(text.getBytes(StandardCharsets.ISO_8859_1))
                .asReadOnly());
    }

    void head(ChannelHandlerContext context, ByteBuf head, boolean inChunks) {
        flushHeld(context);
        held = head;
        chunked = inChunks;
    }

    void raw(ChannelHandlerContext context, ByteBuf data) {
        flushHeld(context);
        write(context, data);
    }

    void body(ChannelHandlerContext context, ByteBuf data, boolean end) {
        int length = data.readableBytes();
        ByteBuf head = held;
        if (!chunked) {
            if (head != null && head.writableBytes() >= length) {
                head.writeBytes(data);
                data.release();
                return;
            }
            flushHeld(context);
            write(context, data);
            return;
        }
        if (length == 0) {
            data.release();
            if (end) {
                flushHeld(context);
                write(context, LAST_CHUNK.duplicate());
            }
            return;
        }
        flushHeld(context);
        ByteBuf size = context.alloc().directBuffer(10);
        ByteBufUtil.writeAscii(size, Integer.toHexString(length));
        size.writeShort('\r' << 8 | '\n');
        write(context, size);
        write(context, data);
        write(context, (end ? CRLF_LAST_CHUNK : CRLF).duplicate());
    }

    /** Ends a chunked body with trailers, which {@code fields} holds behind the last chunk. */
    void trailers(ChannelHandlerContext context, ByteBuf fields) {
        flushHeld(context);
        write(context, fields);
    }

    boolean chunked() {
        return chunked;
    }

    private static void write(ChannelHandlerContext context, ByteBuf data) {
        context.write(data, context.voidPromise());
    }

    void flushHeld(ChannelHandlerContext context) {
        ByteBuf head = held;
        if (head != null) {
            held = null;
            write(context, head);
        }
    }

    void release() {
        if (held != null) {
            held.release();
            held = null;
        }
    }
}
