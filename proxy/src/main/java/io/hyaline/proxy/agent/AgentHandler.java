package io.hyaline.proxy.agent;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Answers one request after another on a connection to the agent. */
final class AgentHandler extends SimpleChannelInboundHandler<FullHttpRequest> {

    private static final String TEXT = "text/plain; charset=utf-8";

    private final AgentPort port;
    private final SidecarStatus sidecar;
    private final Map<String, AppProbe> probes;
    private final Prober prober;
    private final Scrape scrape;

    AgentHandler(AgentPort port, SidecarStatus sidecar, Map<String, AppProbe> probes, Prober prober, Scrape scrape) {
        this.port = port;
        this.sidecar = sidecar;
        this.probes = probes;
        this.prober = prober;
        this.scrape = scrape;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
        boolean keepAlive = HttpUtil.isKeepAlive(request);
        if (request.decoderResult().isFailure()) {
            answer(ctx, 400, TEXT, "the request cannot be read", false);
            return;
        }
        boolean local = ctx.channel().remoteAddress() instanceof InetSocketAddress peer
                && peer.getAddress().isLoopbackAddress();
        switch (Decision.of(port, request.method().name(), request.uri(), local, probes)) {
            case Decision.Readiness _ ->
                later(
                        ctx,
                        sidecar.notReady(),
                        reason -> answer(ctx, reason.isEmpty() ? 200 : 503, TEXT, reason, keepAlive));
            case Decision.Metrics _ ->
                later(ctx, sidecar.metrics(), text -> answer(ctx, 200, Scrape.TEXT, text, keepAlive));
            case Decision.AllMetrics _ ->
                later(
                        ctx,
                        scrape.merged(sidecar.metrics(), request.headers().get(HttpHeaderNames.ACCEPT, "text/plain")),
                        page -> answer(ctx, 200, page.type(), page.body(), keepAlive));
            case Decision.Probe probe -> probe(ctx, probe.probe(), request);
            case Decision.Quit _ -> {
                answer(ctx, 200, TEXT, "OK\n", false);
                sidecar.quit();
            }
            case Decision.Refuse refuse -> answer(ctx, refuse.status(), TEXT, refuse.reason() + "\n", keepAlive);
        }
    }

    /** Reads no further before the answer. */
    private static <T> void later(ChannelHandlerContext ctx, CompletionStage<T> text, Consumer<T> answer) {
        ctx.channel().config().setAutoRead(false);
        text.whenComplete((found, failure) -> ctx.executor().execute(() -> {
            if (failure == null) {
                answer.accept(found);
            } else {
                answer(ctx, 503, TEXT, "the sidecar does not answer: " + failure.getMessage() + "\n", false);
            }
            ctx.channel().config().setAutoRead(true);
        }));
    }

    private void probe(ChannelHandlerContext ctx, AppProbe probe, FullHttpRequest request) {
        HttpHeaders headers = request.headers().copy();
        String host = headers.get(HttpHeaderNames.HOST, "localhost");
        boolean keepAlive = HttpUtil.isKeepAlive(request);
        ctx.channel().config().setAutoRead(false);
        prober.run(probe, host, headers, ctx.channel().eventLoop(), result -> {
            answer(ctx, result.status(), TEXT, result.body(), keepAlive);
            ctx.channel().config().setAutoRead(true);
        });
    }

    private static void answer(ChannelHandlerContext ctx, int status, String type, String body, boolean keepAlive) {
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(status),
                Unpooled.wrappedBuffer(body.getBytes(StandardCharsets.UTF_8)));
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, type);
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
