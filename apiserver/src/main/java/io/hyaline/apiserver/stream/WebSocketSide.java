package io.hyaline.apiserver.stream;

import io.hyaline.apiserver.status.ApiException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import org.jspecify.annotations.Nullable;

/** A client that speaks v5.channel.k8s.io or v4.channel.k8s.io: the first byte of each message names its stream. */
final class WebSocketSide extends SimpleChannelInboundHandler<WebSocketFrame> implements ClientSide {

    private static final String PROTOCOLS = "v5.channel.k8s.io,v4.channel.k8s.io";

    private final ChannelHandlerContext connection;
    private final WebSocketServerHandshaker handshaker;
    private final FullHttpRequest request;
    private @Nullable ExecBridge bridge;

    private WebSocketSide(
            ChannelHandlerContext connection, WebSocketServerHandshaker handshaker, FullHttpRequest request) {
        this.connection = connection;
        this.handshaker = handshaker;
        this.request = request;
    }

    static WebSocketSide of(ChannelHandlerContext connection, FullHttpRequest request) {
        String offered = String.join(",", request.headers().getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL));
        boolean understood = false;
        for (String protocol : offered.split(",")) {
            understood |= PROTOCOLS.contains(protocol.strip()) && !protocol.isBlank();
        }
        if (!understood) {
            throw ApiException.badRequest(
                    "unable to upgrade: none of the protocols [" + offered + "] is one of " + PROTOCOLS);
        }
        WebSocketServerHandshaker handshaker = new WebSocketServerHandshakerFactory(
                        request.uri(), PROTOCOLS, false, ExecBridge.MAX_FRAME_BYTES)
                .newHandshaker(request);
        if (handshaker == null) {
            throw ApiException.badRequest("unable to upgrade: WebSocket version 13 is required");
        }
        // The handshake happens after the request was released; its head is enough.
        FullHttpRequest head = new DefaultFullHttpRequest(
                request.protocolVersion(),
                request.method(),
                request.uri(),
                Unpooled.EMPTY_BUFFER,
                request.headers(),
                request.trailingHeaders());
        return new WebSocketSide(connection, handshaker, head);
    }

    @Override
    public Channel channel() {
        return connection.channel();
    }

    @Override
    public void begin(ExecBridge started) {
        bridge = started;
        handshaker.handshake(connection.channel(), request);
        connection
                .pipeline()
                .addLast(new WebSocketFrameAggregator(ExecBridge.MAX_FRAME_BYTES))
                .addLast(this);
    }

    @Override
    public void deliver(int stream, ByteBuf payload) {
        ByteBuf head = Unpooled.buffer(1).writeByte(stream);
        connection.writeAndFlush(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(head, payload)));
    }

    @Override
    public void end() {
        connection.writeAndFlush(new CloseWebSocketFrame(1000, "")).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) {
        switch (frame) {
            case PingWebSocketFrame ping ->
                ctx.writeAndFlush(new PongWebSocketFrame(ping.content().retain()));
            case CloseWebSocketFrame _ -> ctx.close();
            case PongWebSocketFrame _ -> {}
            default -> {
                ByteBuf content = frame.content();
                if (bridge != null && content.isReadable()) {
                    int stream = content.readUnsignedByte();
                    bridge.toAgent(stream, content.retain());
                }
            }
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
