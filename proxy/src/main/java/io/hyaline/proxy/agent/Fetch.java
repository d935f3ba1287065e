package io.hyaline.proxy.agent;

import io.hyaline.proxy.socket.Sockets;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One request to a server of the same pod, on a connection of its own. */
public final class Fetch {

    private static final int ANSWER_LIMIT_BYTES = 16 * 1024 * 1024;

    /**
     * What came back.
     *
     * @param type its Content-Type, or an empty text
     */
    public record Answer(int status, String type, String body) {}

    /**
     * @param accept the Accept header
     * @param timeout for everything together
     */
    public record Request(HttpMethod method, InetSocketAddress server, String path, String accept, Duration timeout) {}

    private Fetch() {}

    /** The future fails when no whole answer comes in time; it completes on an event loop. */
    public static CompletableFuture<Answer> send(Sockets sockets, Request request) {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        var connecting = new Bootstrap()
                .group(sockets.loops())
                .channelFactory(sockets::clientChannel)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        request.timeout().toMillis())
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(new HttpClientCodec())
                                .addLast(new HttpObjectAggregator(ANSWER_LIMIT_BYTES))
                                .addLast(new Exchange(request, answer));
                    }
                })
                .connect(request.server());
        connecting.addListener(_ -> {
            if (!connecting.isSuccess()) {
                answer.completeExceptionally(connecting.cause());
            }
        });
        answer.orTimeout(request.timeout().toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((_, _) -> connecting.channel().close());
        return answer;
    }

    private static final class Exchange extends SimpleChannelInboundHandler<FullHttpResponse> {

        private final Request request;
        private final CompletableFuture<Answer> answer;

        Exchange(Request request, CompletableFuture<Answer> answer) {
            this.request = request;
            this.answer = answer;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            var message = new DefaultFullHttpRequest(
                    HttpVersion.HTTP_1_1, request.method(), request.path(), Unpooled.EMPTY_BUFFER);
            message.headers()
                    .set(HttpHeaderNames.HOST, "localhost:" + request.server().getPort())
                    .set(HttpHeaderNames.ACCEPT, request.accept())
                    .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE)
                    .set(HttpHeaderNames.CONTENT_LENGTH, 0);
            ctx.writeAndFlush(message);
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, FullHttpResponse response) {
            answer.complete(new Answer(
                    response.status().code(),
                    response.headers().get(HttpHeaderNames.CONTENT_TYPE, ""),
                    response.content().toString(StandardCharsets.UTF_8)));
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            answer.completeExceptionally(new IOException("closed before a whole answer"));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            answer.completeExceptionally(cause);
        }
    }
}
