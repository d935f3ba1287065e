package io.hyaline.runtime.agent;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** One request of the API server; a connection serves one. */
final class AgentHandler extends SimpleChannelInboundHandler<FullHttpRequest> {

    static final int MAX_SESSIONS = 64;
    private static final int MAX_FRAME_BYTES = 1 << 20;

    private final Containers containers;
    private final LogStreams logs;
    private final Semaphore sessions;
    private final Clock clock;

    AgentHandler(Containers containers, LogStreams logs, Semaphore sessions, Clock clock) {
        this.containers = containers;
        this.logs = logs;
        this.sessions = sessions;
        this.clock = clock;
    }

    /** Which container, as the address names it. */
    private record Name(String namespace, String pod, String container) {
        @Override
        public String toString() {
            return "container \"" + container + "\" in pod \"" + pod + "\"";
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
        QueryStringDecoder uri = new QueryStringDecoder(request.uri());
        String[] path = uri.path().split("/", -1);
        if (!request.method().equals(HttpMethod.GET) || path.length != 5) {
            refuse(ctx, HttpResponseStatus.NOT_FOUND, "not found");
            return;
        }
        Name name = new Name(path[2], path[3], path[4]);
        ContainerView view =
                containers.find(name.namespace(), name.pod(), name.container()).orElse(null);
        if (view == null) {
            refuse(ctx, HttpResponseStatus.NOT_FOUND, name + " is not on this node");
            return;
        }
        try {
            switch (path[1]) {
                case "containerLogs" -> log(ctx, name, view, LogRequest.parse(uri.parameters(), clock));
                case "exec" -> exec(ctx, request, name, view, uri.parameters());
                default -> refuse(ctx, HttpResponseStatus.NOT_FOUND, "not found");
            }
        } catch (IllegalArgumentException e) {
            refuse(ctx, HttpResponseStatus.BAD_REQUEST, String.valueOf(e.getMessage()));
        }
    }

    private void log(ChannelHandlerContext ctx, Name name, ContainerView view, LogRequest request) {
        Path file = request.previous() ? view.previousLog() : view.log();
        if (file == null) {
            refuse(ctx, HttpResponseStatus.BAD_REQUEST, "previous terminated " + name + " not found");
            return;
        }
        if (view.state() == ContainerView.State.WAITING && !Files.exists(file)) {
            refuse(ctx, HttpResponseStatus.BAD_REQUEST, name + " is waiting to start: ContainerCreating");
            return;
        }
        LogReader reader;
        try {
            reader = LogReader.open(file, request);
        } catch (IOException e) {
            refuse(ctx, HttpResponseStatus.INTERNAL_SERVER_ERROR, "the log of " + name + " cannot be read: " + e);
            return;
        }
        LogStream stream =
                new LogStream(ctx, reader, () -> request.follow() && !request.previous() && writes(name, file), logs);
        ctx.pipeline().addLast(stream);
        DefaultHttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        head.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "text/plain")
                .set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        ctx.writeAndFlush(head);
        if (!logs.add(stream)) {
            ctx.close();
        }
    }

    private boolean writes(Name name, Path file) {
        return containers
                .find(name.namespace(), name.pod(), name.container())
                .map(view -> view.state() == ContainerView.State.RUNNING
                        && view.log().equals(file))
                .orElse(false);
    }

    private void exec(
            ChannelHandlerContext ctx,
            FullHttpRequest request,
            Name name,
            ContainerView view,
            Map<String, List<String>> query) {
        ExecRequest exec = ExecRequest.parse(query);
        if (view.state() != ContainerView.State.RUNNING) {
            refuse(ctx, HttpResponseStatus.BAD_REQUEST, name + " is not running");
            return;
        }
        WebSocketServerHandshaker handshaker = new WebSocketServerHandshakerFactory(
                        request.uri(), Channels.PROTOCOL, false, MAX_FRAME_BYTES)
                .newHandshaker(request);
        if (handshaker == null || !request.headers().containsValue(HttpHeaderNames.UPGRADE, "websocket", true)) {
            refuse(ctx, HttpResponseStatus.BAD_REQUEST, "exec needs a WebSocket of protocol " + Channels.PROTOCOL);
            return;
        }
        if (!sessions.tryAcquire()) {
            refuse(ctx, HttpResponseStatus.TOO_MANY_REQUESTS, "more than " + MAX_SESSIONS + " commands at once");
            return;
        }
        FullHttpRequest kept = request.retain();
        Thread.ofPlatform().name("exec-start").daemon(true).start(() -> start(ctx, handshaker, kept, view, exec, name));
    }

    /** Starting a process can take a while, so it happens beside the event loop. */
    private void start(
            ChannelHandlerContext ctx,
            WebSocketServerHandshaker handshaker,
            FullHttpRequest request,
            ContainerView view,
            ExecRequest exec,
            Name name) {
        ExecProcess process = null;
        String failure = "";
        try {
            process = process(view.entry().get(), exec);
        } catch (IOException | RuntimeException e) {
            failure = name + " cannot be entered: " + e.getMessage();
        }
        ExecProcess started = process;
        String reason = failure;
        ctx.executor().execute(() -> {
            try {
                begin(ctx, handshaker, request, started, reason);
            } finally {
                request.release();
            }
        });
    }

    private static ExecProcess process(List<String> entry, ExecRequest exec) throws IOException {
        if (exec.tty()) {
            return TerminalProcess.start(entry, exec.command());
        }
        List<String> words = new java.util.ArrayList<>(entry);
        words.addAll(exec.command());
        return PipedProcess.start(words, exec);
    }

    private void begin(
            ChannelHandlerContext ctx,
            WebSocketServerHandshaker handshaker,
            FullHttpRequest request,
            @Nullable ExecProcess process,
            String failure) {
        if (process == null) {
            sessions.release();
            refuse(ctx, HttpResponseStatus.BAD_REQUEST, failure);
            return;
        }
        ExecSession session = new ExecSession(process, ctx.channel(), sessions::release);
        ctx.pipeline().addLast(session);
        handshaker.handshake(ctx.channel(), request);
        session.begin();
        if (!ctx.channel().isActive()) {
            process.kill();
        }
    }

    private static void refuse(ChannelHandlerContext ctx, HttpResponseStatus status, String message) {
        byte[] body = message.getBytes(StandardCharsets.UTF_8);
        DefaultFullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(body));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
                .set(HttpHeaderNames.CONTENT_LENGTH, body.length)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
