package io.hyaline.proxy.agent;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;

/** GET with the kubelet's headers, overridden by the probe's own; the application's status is the answer. */
final class HttpProbe extends SimpleChannelInboundHandler<HttpObject> {

    private static final int BODY_LIMIT = 10 * 1024;

    private final AppProbe.Http probe;
    private final String host;
    private final HttpHeaders incoming;
    private final ProbeExchange exchange;
    private final StringBuilder body = new StringBuilder();
    private int status;

    HttpProbe(AppProbe.Http probe, String host, HttpHeaders incoming, ProbeExchange exchange) {
        this.probe = probe;
        this.host = host;
        this.incoming = incoming;
        this.exchange = exchange;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        DefaultFullHttpRequest request =
                new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, probe.path(), Unpooled.EMPTY_BUFFER);
        HttpHeaders headers = request.headers();
        headers.add(incoming);
        headers.remove(HttpHeaderNames.CONTENT_LENGTH);
        headers.remove(HttpHeaderNames.TRANSFER_ENCODING);
        headers.set(HttpHeaderNames.HOST, hostWithPort());
        probe.headers().forEach(header -> headers.remove(header.name()));
        for (AppProbe.Header header : probe.headers()) {
            if (header.name().equalsIgnoreCase("host")) {
                headers.set(HttpHeaderNames.HOST, header.value());
            } else {
                headers.add(header.name(), header.value());
            }
        }
        if (!headers.contains(HttpHeaderNames.HOST)) {
            headers.set(HttpHeaderNames.HOST, hostWithPort());
        }
        headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        ctx.writeAndFlush(request).addListener(future -> {
            if (!future.isSuccess()) {
                exchange.fail(String.valueOf(future.cause().getMessage()));
            }
        });
    }

    /** The host as the kubelet named it, with the application's port in place of the agent's. */
    private String hostWithPort() {
        String own = ":" + AgentPort.STATUS.number();
        return host.endsWith(own) ? host.substring(0, host.length() - own.length()) + ":" + probe.port() : host;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
        if (message instanceof HttpResponse response) {
            status = response.status().code();
        }
        if (message instanceof HttpContent content) {
            ByteBuf bytes = content.content();
            int room = Math.min(bytes.readableBytes(), BODY_LIMIT - body.length());
            body.append(bytes.toString(bytes.readerIndex(), Math.max(0, room), StandardCharsets.ISO_8859_1));
            if (message instanceof LastHttpContent || body.length() >= BODY_LIMIT) {
                exchange.finish(new Prober.Result(status, body.toString()));
            }
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        exchange.fail(String.valueOf(cause.getMessage()));
    }
}
