package io.hyaline.proxy.codec;

import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.head.HeadWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;

/** Writes the answers of one HTTP/1 connection, each as its request lets it be delimited. */
final class AnswerWriter {

    private final HeadWriter heads;
    private final boolean keepsTrailers;
    private final BodyWriter writer = new BodyWriter();
    private boolean http10;
    private boolean headRequest;
    private boolean tunnel;

    AnswerWriter(HeadWriter heads, boolean keepsTrailers) {
        this.heads = heads;
        this.keepsTrailers = keepsTrailers;
    }

    /** A request has come, which the next answer is for. */
    void begin(boolean isHttp10, boolean isHeadRequest) {
        http10 = isHttp10;
        headRequest = isHeadRequest;
    }

    /** Bytes pass as they are from now on. */
    void tunnel() {
        tunnel = true;
    }

    /** Writes a head, which may be changed; whether the connection ends with this answer, as it must if {@code ends}. */
    boolean head(ChannelHandlerContext ctx, Head answer, boolean end, boolean ends) {
        AnswerFraming framing = AnswerFraming.settle(answer, http10, !headRequest, end, ends);
        answer.minorVersion(http10 ? 0 : 1);
        writer.head(ctx, heads.response(answer, ctx.alloc(), framing.room()), framing.chunked());
        return framing.close();
    }

    void body(ChannelHandlerContext ctx, ByteBuf data, boolean end) {
        if (tunnel) {
            writer.raw(ctx, data);
        } else if (headRequest) {
            data.release();
        } else {
            writer.body(ctx, data, end);
        }
    }

    void trailers(ChannelHandlerContext ctx, Head fields) {
        if (tunnel || headRequest || !keepsTrailers || !writer.chunked()) {
            body(ctx, Unpooled.EMPTY_BUFFER, true);
        } else {
            writer.trailers(ctx, heads.trailers(fields, ctx.alloc()));
        }
    }

    void flushHeld(ChannelHandlerContext ctx) {
        writer.flushHeld(ctx);
    }

    void release() {
        writer.release();
    }
}
