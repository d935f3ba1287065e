package io.hyaline.apiserver.http;

import io.hyaline.apiserver.status.ApiException;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client connection: requests one after another, each answered by a virtual thread. Owned by its event loop. */
final class Connection extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    private final Handler handler;
    private final HttpLimits limits;
    private final Load load;
    private final Deque<FullHttpRequest> waiting = new ArrayDeque<>();
    private boolean busy;
    private boolean handedOver;
    private @Nullable StreamWriter stream;

    Connection(Handler handler, HttpLimits limits, Load load) {
        this.handler = handler;
        this.limits = limits;
        this.load = load;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        switch (message) {
            case FullHttpRequest request when !handedOver -> enqueue(ctx, request);
            case WebSocketFrame frame when !handedOver -> control(ctx, frame);
            default -> ctx.fireChannelRead(message);
        }
    }

    private void enqueue(ChannelHandlerContext ctx, FullHttpRequest request) {
        if (!busy) {
            start(ctx, request);
        } else if (waiting.size() < limits.waitingPerConnection()) {
            waiting.addLast(request);
        } else {
            request.release();
            ctx.close();
        }
    }

    private void start(ChannelHandlerContext ctx, FullHttpRequest message) {
        busy = true;
        if (!message.decoderResult().isSuccess()) {
            answer(ctx, message, Response.failure(ApiException.badRequest("malformed HTTP request")));
            return;
        }
        if (!load.beginRequest()) {
            answer(ctx, message, Response.failure(ApiException.tooMany(1)));
            return;
        }
        Request request = request(ctx, message);
        Thread.ofVirtual().name("request").start(() -> {
            Response response = respond(request);
            ctx.executor().execute(() -> finish(ctx, message, request, response));
        });
    }

    private Response respond(Request request) {
        try {
            return handler.handle(request);
        } catch (ApiException e) {
            return Response.failure(e);
        } catch (RuntimeException | StackOverflowError e) {
            LOG.error("{} {} failed", request.method(), request.path(), e);
            return Response.failure(ApiException.internal(String.valueOf(e.getMessage())));
        } finally {
            load.endRequest();
        }
    }

    private void finish(ChannelHandlerContext ctx, FullHttpRequest message, Request request, Response response) {
        if (!ctx.channel().isActive()) {
            message.release();
            if (response instanceof Response.Stream late) {
                late.source().cancel();
            }
            return;
        }
        switch (response) {
            case Response.Answer answer -> answer(ctx, message, answer);
            case Response.Stream started -> stream(ctx, message, request, started);
            case Response.HandOver(Response.Taker taker) -> {
                handedOver = true;
                if (!taker.take(ctx, message)) {
                    handedOver = false;
                    answer(
                            ctx,
                            message,
                            Response.failure(ApiException.of(
                                    501, "NotImplemented", "no node of this server answers " + request.path())));
                }
            }
        }
    }

    private void answer(ChannelHandlerContext ctx, FullHttpRequest message, Response.Answer answer) {
        var response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(answer.code()), Unpooled.wrappedBuffer(answer.body()));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, answer.contentType())
                .set(HttpHeaderNames.CONTENT_LENGTH, answer.body().length)
                .set("Cache-Control", "no-cache, private");
        answer.headers().forEach(header -> response.headers().add(header.getKey(), header.getValue()));
        boolean keepAlive =
                HttpUtil.isKeepAlive(message) && message.decoderResult().isSuccess();
        if (!keepAlive) {
            response.headers().set(HttpHeaderNames.CONNECTION, "close");
        }
        message.release();
        var written = ctx.writeAndFlush(response);
        if (keepAlive) {
            resume(ctx);
        } else {
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    private void stream(ChannelHandlerContext ctx, FullHttpRequest message, Request request, Response.Stream started) {
        if (!load.beginStream(request.peer())) {
            started.source().cancel();
            answer(ctx, message, Response.failure(ApiException.tooMany(1)));
            return;
        }
        StreamWriter writer = StreamWriter.begin(ctx, message, started);
        message.release();
        if (writer == null) {
            load.endStream(request.peer());
            started.source().cancel();
            return;
        }
        stream = writer;
        Thread.ofVirtual().name("stream").start(() -> {
            try {
                writer.run();
            } finally {
                load.endStream(request.peer());
                ctx.executor().execute(() -> writer.end(() -> resume(ctx)));
            }
        });
    }

    /** The answer is written; the next request of this connection may start. */
    void resume(ChannelHandlerContext ctx) {
        busy = false;
        handedOver = false;
        stream = null;
        FullHttpRequest next = waiting.pollFirst();
        if (next != null) {
            start(ctx, next);
        }
    }

    private void control(ChannelHandlerContext ctx, WebSocketFrame frame) {
        switch (frame) {
            case PingWebSocketFrame ping -> ctx.writeAndFlush(new PongWebSocketFrame(ping.content()));
            case CloseWebSocketFrame close -> ctx.writeAndFlush(close).addListener(ChannelFutureListener.CLOSE);
            default -> frame.release();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        waiting.forEach(ReferenceCountUtil::release);
        waiting.clear();
        if (stream != null) {
            stream.cancel();
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.debug("connection from {} failed", ctx.channel().remoteAddress(), cause);
        ctx.close();
    }

    private static Request request(ChannelHandlerContext ctx, FullHttpRequest message) {
        QueryStringDecoder address = new QueryStringDecoder(message.uri());
        Map<String, String> headers = new HashMap<>();
        message.headers()
                .forEach(header -> headers.merge(
                        header.getKey().toLowerCase(Locale.ROOT), header.getValue(), (one, two) -> one + "," + two));
        String peer = ctx.channel().remoteAddress() instanceof InetSocketAddress socket
                ? socket.getAddress().getHostAddress()
                : "";
        return new Request(
                message.method().name(),
                address.path(),
                new Query(address.parameters()),
                headers,
                ByteBufUtil.getBytes(message.content()),
                certificates(ctx),
                peer);
    }

    private static List<X509Certificate> certificates(ChannelHandlerContext ctx) {
        SslHandler tls = ctx.pipeline().get(SslHandler.class);
        if (tls == null) {
            return List.of();
        }
        List<X509Certificate> found = new ArrayList<>();
        try {
            for (Certificate certificate : tls.engine().getSession().getPeerCertificates()) {
                if (certificate instanceof X509Certificate x509) {
                    found.add(x509);
                }
            }
        } catch (SSLPeerUnverifiedException e) {
            return List.of(); // the client has no certificate; it may have a token
        }
        return found;
    }
}
