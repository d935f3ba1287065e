package io.hyaline.apiserver.stream;

import io.hyaline.apiserver.http.PodStreams.NodeRef;
import io.hyaline.apiserver.http.Server;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** A log from an agent to a client, no faster than the client takes it. Owned by the client's event loop. */
final class LogRelay extends SimpleChannelInboundHandler<HttpObject> {

    private static final int MAX_REFUSAL_BYTES = 8192;

    private final ChannelHandlerContext client;
    private final ClientWatch watch = new ClientWatch();
    private final ByteArrayOutputStream refusal = new ByteArrayOutputStream();
    private int code;
    private boolean done;

    private LogRelay(ChannelHandlerContext client) {
        this.client = client;
    }

    static void start(ChannelHandlerContext client, NodeRef node, String address) {
        LogRelay relay = new LogRelay(client);
        NodeAgent.connect(client, node, relay).addListener((ChannelFutureListener) connected -> {
            if (!connected.isSuccess()) {
                Refusal.send(client, NodeAgent.unreachable(node, connected.cause()));
                return;
            }
            DefaultFullHttpRequest request =
                    new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, address, Unpooled.EMPTY_BUFFER);
            request.headers().set(HttpHeaderNames.HOST, node.name());
            connected.channel().writeAndFlush(request);
        });
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        watch.agent = ctx.channel();
        client.pipeline().addLast(watch);
        if (!client.channel().isActive()) {
            ctx.close();
        }
        ctx.fireChannelActive();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
        if (message instanceof HttpResponse head) {
            code = head.status().code();
            if (code == 200) {
                begin();
            }
        }
        if (message instanceof HttpContent content) {
            if (code == 200) {
                pass(ctx, content);
            } else {
                refuse(ctx, content);
            }
        }
    }

    private void begin() {
        DefaultHttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        head.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "text/plain")
                .set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED)
                .set("Cache-Control", "no-cache, private");
        client.writeAndFlush(head);
    }

    private void pass(ChannelHandlerContext agent, HttpContent content) {
        if (content.content().isReadable()) {
            client.writeAndFlush(new DefaultHttpContent(content.content().retain()));
        }
        if (content instanceof LastHttpContent) {
            done = true;
            client.pipeline().remove(watch);
            client.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
            agent.close();
            Server.resume(client);
            return;
        }
        agent.channel().config().setAutoRead(client.channel().isWritable());
    }

    private void refuse(ChannelHandlerContext agent, HttpContent content) {
        byte[] bytes = ByteBufUtil.getBytes(content.content());
        refusal.write(bytes, 0, Math.min(bytes.length, MAX_REFUSAL_BYTES - refusal.size()));
        if (content instanceof LastHttpContent) {
            done = true;
            Refusal.send(client, Refusal.ofAgent(code, refusal.toString(StandardCharsets.UTF_8)));
            agent.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (!done) {
            client.close();
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }

    /** Sees the client slow down, catch up and leave. */
    private static final class ClientWatch extends ChannelInboundHandlerAdapter {

        private @org.jspecify.annotations.Nullable Channel agent;

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            if (agent != null) {
                agent.config().setAutoRead(ctx.channel().isWritable());
            }
            ctx.fireChannelWritabilityChanged();
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            if (agent != null) {
                agent.close();
            }
            ctx.fireChannelInactive();
        }
    }
}
