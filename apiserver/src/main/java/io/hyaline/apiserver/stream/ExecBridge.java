package io.hyaline.apiserver.stream;

import io.hyaline.apiserver.http.PodStreams.NodeRef;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakerFactory;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A command's streams between an agent and a client; whoever is slow makes the other wait. */
final class ExecBridge extends SimpleChannelInboundHandler<Object> {

    static final String PROTOCOL = "v5.channel.k8s.io";
    static final int MAX_FRAME_BYTES = 1 << 20;
    private static final int MAX_REFUSAL_BYTES = 64 << 10;

    private final ChannelHandlerContext clientContext;
    private final ClientSide client;
    private final WebSocketClientHandshaker handshaker;
    private @Nullable Channel agent;
    private boolean over;

    private ExecBridge(ChannelHandlerContext clientContext, ClientSide client, WebSocketClientHandshaker handshaker) {
        this.clientContext = clientContext;
        this.client = client;
        this.handshaker = handshaker;
    }

    static void start(ChannelHandlerContext clientContext, ClientSide client, NodeRef node, String address) {
        WebSocketClientHandshaker handshaker = WebSocketClientHandshakerFactory.newHandshaker(
                URI.create("ws://node" + address),
                WebSocketVersion.V13,
                PROTOCOL,
                false,
                new DefaultHttpHeaders(),
                MAX_FRAME_BYTES);
        ExecBridge bridge = new ExecBridge(clientContext, client, handshaker);
        NodeAgent.connect(clientContext, node, new HttpObjectAggregator(MAX_REFUSAL_BYTES), bridge)
                .addListener((ChannelFutureListener) connected -> {
                    if (connected.isSuccess()) {
                        handshaker.handshake(connected.channel());
                    } else {
                        Refusal.send(clientContext, NodeAgent.unreachable(node, connected.cause()));
                    }
                });
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        agent = ctx.channel();
        clientContext.pipeline().addLast(new ClientWatch());
        if (!clientContext.channel().isActive()) {
            ctx.close();
        }
        ctx.fireChannelActive();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, Object message) {
        switch (message) {
            case FullHttpResponse response -> answered(ctx, response);
            case BinaryWebSocketFrame frame
            when frame.content().isReadable() -> {
                ByteBuf content = frame.content().retain();
                int stream = content.readUnsignedByte();
                client.deliver(stream, content);
                ctx.channel().config().setAutoRead(client.channel().isWritable());
            }
            case PingWebSocketFrame ping ->
                ctx.writeAndFlush(new PongWebSocketFrame(ping.content().retain()));
            case CloseWebSocketFrame _ -> ctx.close();
            default -> {} // pongs and empty frames
        }
    }

    private void answered(ChannelHandlerContext ctx, FullHttpResponse response) {
        if (!response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
            over = true;
            String text = response.content().toString(StandardCharsets.UTF_8);
            Refusal.send(clientContext, Refusal.ofAgent(response.status().code(), text));
            ctx.close();
            return;
        }
        handshaker.finishHandshake(ctx.channel(), response);
        client.begin(this);
    }

    /** Passes on what the client sent; takes {@code payload} over. */
    void toAgent(int stream, ByteBuf payload) {
        if (agent == null || !agent.isActive()) {
            payload.release();
            return;
        }
        ByteBuf head = Unpooled.buffer(1).writeByte(stream);
        agent.writeAndFlush(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(head, payload)));
        client.channel().config().setAutoRead(agent.isWritable());
    }

    /** Stops reading from the agent, for a client that is not ready yet. */
    void hold(boolean held) {
        if (agent != null) {
            agent.config().setAutoRead(!held);
        }
    }

    void closeAgent() {
        if (agent != null) {
            agent.close();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        client.channel().config().setAutoRead(ctx.channel().isWritable());
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        client.channel().config().setAutoRead(true);
        if (!over) {
            over = true;
            client.end();
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }

    /** Sees the client slow down, catch up and leave. */
    private final class ClientWatch extends ChannelInboundHandlerAdapter {

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            hold(!ctx.channel().isWritable());
            ctx.fireChannelWritabilityChanged();
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            over = true;
            closeAgent();
            ctx.fireChannelInactive();
        }
    }
}
