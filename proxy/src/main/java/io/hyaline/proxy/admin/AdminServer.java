package io.hyaline.proxy.admin;

import io.envoyproxy.envoy.config.bootstrap.v3.Admin;
import io.hyaline.proxy.match.Cidr;
import io.hyaline.proxy.socket.Sockets;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;

/** The admin endpoint of one proxy. Whoever reaches it may read the configuration: bind it to loopback. */
public final class AdminServer implements AutoCloseable {

    private static final int MAX_CONNECTIONS = 128;
    private static final int MAX_BODY_BYTES = 16 * 1024;
    private static final int IDLE_SECONDS = 60;

    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final Pages pages;
    private final Channel listening;

    /** Listens on {@code address}; a failure names it. Not to be called on an event loop. */
    public AdminServer(AdminState state, Sockets sockets, SocketAddress address) throws IOException {
        this.pages = new Pages(state);
        var bound = new ServerBootstrap()
                .group(sockets.loops())
                .channelFactory(sockets::serverChannel)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accept(channel);
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException("admin cannot listen on " + Addresses.text(address) + ": "
                    + bound.cause().getMessage());
        }
        listening = bound.channel();
    }

    /** Listens where a bootstrap says. */
    public static AdminServer listen(AdminState state, Sockets sockets, Admin admin) throws IOException {
        if (!admin.getAddress().hasSocketAddress()) {
            throw new IOException("admin.address must be a socket_address");
        }
        var address = admin.getAddress().getSocketAddress();
        return new AdminServer(
                state, sockets, new InetSocketAddress(Cidr.address(address.getAddress()), address.getPortValue()));
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) listening.localAddress();
    }

    private void accept(Channel channel) {
        if (channels.size() >= MAX_CONNECTIONS || !channels.add(channel)) {
            channel.close();
            return;
        }
        channel.pipeline()
                .addLast(new ReadTimeoutHandler(IDLE_SECONDS))
                .addLast(new HttpServerCodec())
                .addLast(new HttpObjectAggregator(MAX_BODY_BYTES))
                .addLast(new Handler());
    }

    @Override
    public void close() {
        listening.close().awaitUninterruptibly();
        channels.close().awaitUninterruptibly();
    }

    private final class Handler extends SimpleChannelInboundHandler<FullHttpRequest> {

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
            Page page = request.decoderResult().isFailure()
                    ? Page.refused(400, "the request cannot be read")
                    : pages.answer(Query.of(request.method().name(), request.uri()));
            boolean keepAlive = HttpUtil.isKeepAlive(request);
            FullHttpResponse response = new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1,
                    HttpResponseStatus.valueOf(page.status()),
                    Unpooled.wrappedBuffer(page.body().getBytes(StandardCharsets.UTF_8)));
            response.headers()
                    .set(HttpHeaderNames.CONTENT_TYPE, page.contentType())
                    .set(HttpHeaderNames.CACHE_CONTROL, "no-cache, max-age=0")
                    .set("x-content-type-options", "nosniff")
                    .set(HttpHeaderNames.SERVER, "envoy");
            HttpUtil.setContentLength(response, response.content().readableBytes());
            HttpUtil.setKeepAlive(response, keepAlive);
            var written = ctx.writeAndFlush(response);
            if (!keepAlive) {
                written.addListener(ChannelFutureListener.CLOSE);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
