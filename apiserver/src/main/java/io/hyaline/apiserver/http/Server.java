package io.hyaline.apiserver.http;

import io.hyaline.apiserver.address.Authority;
import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.status.ApiException;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Listens on TLS sockets and gives each connection its pipeline. */
public final class Server implements AutoCloseable {
    /** Names of handlers in each pipeline. */
    public static final String CODEC = "codec";

    public static final String AGGREGATOR = "aggregator";
    private static final String CONNECTION = "connection";

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, EpollIoHandler.newFactory());
    private final List<Channel> listeners = new ArrayList<>();
    private final SslContext tls;
    private final Handler handler;
    private final HttpLimits limits;
    private final Load load;

    public Server(SslContext tls, Handler handler, HttpLimits limits) {
        this.tls = tls;
        this.handler = handler;
        this.limits = limits;
        this.load = new Load(limits);
    }

    /** Listens on one more address and returns the port. Throws IllegalStateException naming the address. */
    public int listen(InetSocketAddress address) {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops)
                .channel(EpollServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 1024)
                // The outside address appears only when the cluster's networks are built, which needs this server.
                .option(EpollChannelOption.IP_FREEBIND, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new Pipeline());
        var bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IllegalStateException(
                    "cannot listen on " + Authority.of(address.getHostString(), address.getPort()) + " ("
                            + bound.cause().getMessage()
                            + "); another API server may be running: stop it, or choose another port (`up --api-port`, `apiserver --port`)",
                    bound.cause());
        }
        listeners.add(bound.channel());
        return ((InetSocketAddress) bound.channel().localAddress()).getPort();
    }

    /** Counters in Prometheus' text form. */
    public String metrics() {
        return load.metrics();
    }

    /** After a plain HTTP answer by {@link PodStreams}: lets the connection serve its next request. */
    public static void resume(ChannelHandlerContext ctx) {
        Connection connection = ctx.pipeline().get(Connection.class);
        if (connection != null) {
            connection.resume(ctx.pipeline().context(connection));
        }
    }

    @Override
    public void close() {
        listeners.forEach(channel -> channel.close().awaitUninterruptibly());
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private final class Pipeline extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel channel) {
            HttpDecoderConfig config =
                    new HttpDecoderConfig().setMaxInitialLineLength(32 << 10).setMaxHeaderSize(limits.headerBytes());
            channel.pipeline()
                    .addLast(tls.newHandler(channel.alloc()))
                    .addLast(CODEC, new HttpServerCodec(config))
                    .addLast(AGGREGATOR, new Bodies(limits.bodyBytes()))
                    .addLast(CONNECTION, new Connection(handler, limits, load));
        }
    }

    /** Collects bodies; one that is too large is refused with a Status. */
    private static final class Bodies extends HttpObjectAggregator {
        Bodies(int limit) {
            super(limit);
        }

        @Override
        protected void handleOversizedMessage(ChannelHandlerContext ctx, HttpMessage oversized) {
            byte[] body = Json.bytes(ApiException.of(
                            413, "RequestEntityTooLarge", "Request entity too large: limit is " + maxContentLength())
                    .status());
            var response = new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE, Unpooled.wrappedBuffer(body));
            response.headers()
                    .set(HttpHeaderNames.CONTENT_TYPE, Response.JSON)
                    .set(HttpHeaderNames.CONTENT_LENGTH, body.length);
            // The rest of the body is thrown away as it comes: closing now would destroy the answer on its way.
            ctx.writeAndFlush(response);
        }
    }
}
