package io.hyaline.proxy.http2;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DecoratingHttp2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2LifecycleManager;
import org.jspecify.annotations.Nullable;

/** Ends the connection of a peer that makes us write answers to its control frames and does not read them. */
final class ControlFrames extends DecoratingHttp2ConnectionEncoder {

    private final int limit;
    private @Nullable Http2LifecycleManager manager;
    private int waiting;

    ControlFrames(Http2ConnectionEncoder encoder, int limit) {
        super(encoder);
        this.limit = limit;
    }

    @Override
    public void lifecycleManager(Http2LifecycleManager lifecycleManager) {
        manager = lifecycleManager;
        super.lifecycleManager(lifecycleManager);
    }

    private ChannelPromise counted(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (++waiting == limit && manager != null) {
            manager.onError(
                    ctx,
                    true,
                    Http2Exception.connectionError(
                            Http2Error.ENHANCE_YOUR_CALM, "more than %d control frames wait for the peer", limit));
        }
        ChannelPromise watched = promise.unvoid();
        watched.addListener(_ -> waiting--);
        return watched;
    }

    @Override
    public ChannelFuture writeSettingsAck(ChannelHandlerContext ctx, ChannelPromise promise) {
        return super.writeSettingsAck(ctx, counted(ctx, promise));
    }

    @Override
    public ChannelFuture writePing(ChannelHandlerContext ctx, boolean ack, long data, ChannelPromise promise) {
        return super.writePing(ctx, ack, data, ack ? counted(ctx, promise) : promise);
    }

    @Override
    public ChannelFuture writeRstStream(ChannelHandlerContext ctx, int stream, long code, ChannelPromise promise) {
        return super.writeRstStream(ctx, stream, code, counted(ctx, promise));
    }
}
