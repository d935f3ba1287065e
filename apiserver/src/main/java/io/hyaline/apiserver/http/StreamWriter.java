package io.hyaline.apiserver.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Frames of an endless answer, as HTTP chunks or, when the client asked for an upgrade, as WebSocket texts. */
final class StreamWriter implements Response.Sink {
    private static final Logger LOG = LoggerFactory.getLogger(StreamWriter.class);

    private static final int SEND_SECONDS = 30;

    private final ChannelHandlerContext ctx;
    private final Response.Source source;
    private final boolean webSocket;

    private StreamWriter(ChannelHandlerContext ctx, Response.Source source, boolean webSocket) {
        this.ctx = ctx;
        this.source = source;
        this.webSocket = webSocket;
    }

    /** Answers with the head of the stream; null when the upgrade that was asked for is impossible. */
    static @Nullable StreamWriter begin(ChannelHandlerContext ctx, FullHttpRequest request, Response.Stream stream) {
        if (request.headers().containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)) {
            WebSocketServerHandshaker handshaker =
                    new WebSocketServerHandshakerFactory(request.uri(), null, false).newHandshaker(request);
            if (handshaker == null) {
                WebSocketServerHandshakerFactory.sendUnsupportedVersionResponse(ctx.channel());
                return null;
            }
            handshaker.handshake(ctx.channel(), request);
            return new StreamWriter(ctx, stream.source(), true);
        }
        HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        head.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, stream.contentType())
                .set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED)
                .set("Cache-Control", "no-cache, private");
        ctx.writeAndFlush(head);
        return new StreamWriter(ctx, stream.source(), false);
    }

    /** Runs the source on the calling virtual thread until it ends. */
    void run() {
        try {
            source.run(this);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("a stream failed", e);
        } finally {
            source.cancel();
        }
    }

    @Override
    public boolean send(byte[] frame) throws InterruptedException {
        ByteBuf text = Unpooled.wrappedBuffer(frame);
        ChannelFuture written =
                ctx.writeAndFlush(webSocket ? new TextWebSocketFrame(text) : new DefaultHttpContent(text));
        if (!written.await(SEND_SECONDS, TimeUnit.SECONDS)) {
            ctx.close(); // the client does not read: it may come back and list again
        }
        return written.isSuccess();
    }

    void end(Runnable next) {
        if (webSocket) {
            ctx.writeAndFlush(new CloseWebSocketFrame(1000, "")).addListener(ChannelFutureListener.CLOSE);
        } else {
            ctx.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
            next.run();
        }
    }

    void cancel() {
        source.cancel();
    }
}
