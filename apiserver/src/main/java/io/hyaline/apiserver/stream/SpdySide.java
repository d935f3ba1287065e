package io.hyaline.apiserver.stream;

import io.hyaline.apiserver.http.Server;
import io.hyaline.apiserver.status.ApiException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.DefaultSpdyRstStreamFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynReplyFrame;
import io.netty.handler.codec.spdy.DefaultSpdyWindowUpdateFrame;
import io.netty.handler.codec.spdy.SpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyFrame;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdyPingFrame;
import io.netty.handler.codec.spdy.SpdyStreamStatus;
import io.netty.handler.codec.spdy.SpdySynReplyFrame;
import io.netty.handler.codec.spdy.SpdySynStreamFrame;
import io.netty.handler.codec.spdy.SpdyVersion;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client that speaks SPDY/3.1 with v4.channel.k8s.io: one SPDY stream per stream of the command.
 *
 * <p>kubectl's SPDY never opens a window, so no session handler that keeps windows stands in between; the socket's own
 * back-pressure is what slows the agent down.
 */
final class SpdySide extends SimpleChannelInboundHandler<SpdyFrame> implements ClientSide {

    static final String PROTOCOL = "SPDY/3.1";
    private static final String STREAM_PROTOCOL = "v4.channel.k8s.io";
    private static final String VERSIONS = "X-Stream-Protocol-Version";
    private static final String STREAM_TYPE = "streamtype";
    private static final int OPENING_SECONDS = 30;
    private static final int CLOSING_SECONDS = 10;

    private static final Map<String, Integer> TYPES =
            Map.of("stdin", STDIN, "stdout", STDOUT, "stderr", STDERR, "error", ERROR, "resize", RESIZE);

    private final ChannelHandlerContext connection;
    private final int expectedStreams;
    private final Map<Integer, Integer> streamOfId = new HashMap<>();
    private final Map<Integer, Integer> idOfStream = new HashMap<>();
    private final Deque<Early> early = new ArrayDeque<>();
    private @Nullable ExecBridge bridge;
    private boolean endedEarly;

    private record Early(int stream, ByteBuf payload) {}

    private SpdySide(ChannelHandlerContext connection, int expectedStreams) {
        this.connection = connection;
        this.expectedStreams = expectedStreams;
    }

    static SpdySide of(ChannelHandlerContext connection, FullHttpRequest request, Map<String, List<String>> query) {
        boolean understood = false;
        for (String offered : request.headers().getAll(VERSIONS)) {
            understood |= List.of(offered.split("\\s*,\\s*")).contains(STREAM_PROTOCOL);
        }
        if (!understood) {
            throw ApiException.badRequest("unable to upgrade: " + STREAM_PROTOCOL + " is required, client offers "
                    + request.headers().getAll(VERSIONS));
        }
        boolean tty = wants(query, "tty");
        int streams = 1;
        streams += wants(query, "stdin") ? 1 : 0;
        streams += wants(query, "stdout") ? 1 : 0;
        streams += wants(query, "stderr") && !tty ? 1 : 0;
        streams += tty ? 1 : 0;
        return new SpdySide(connection, streams);
    }

    private static boolean wants(Map<String, List<String>> query, String name) {
        List<String> values = query.getOrDefault(name, List.of());
        return values.contains("true") || values.contains("1");
    }

    @Override
    public Channel channel() {
        return connection.channel();
    }

    @Override
    public void begin(ExecBridge started) {
        bridge = started;
        started.hold(true);
        DefaultFullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS);
        response.headers()
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
                .set(HttpHeaderNames.UPGRADE, PROTOCOL)
                .set(VERSIONS, STREAM_PROTOCOL);
        connection.writeAndFlush(response);
        connection.pipeline().addLast(new SpdyFrameCodec(SpdyVersion.SPDY_3_1)).addLast(this);
        connection.pipeline().remove(Server.AGGREGATOR);
        connection.pipeline().remove(Server.CODEC);
        closeAfter(OPENING_SECONDS, true);
    }

    private void closeAfter(int seconds, boolean unlessOpen) {
        var _ = connection
                .executor()
                .schedule(
                        () -> {
                            if (!unlessOpen || !isOpen()) {
                                connection.close();
                            }
                        },
                        seconds,
                        TimeUnit.SECONDS);
    }

    private boolean isOpen() {
        return idOfStream.size() >= expectedStreams;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, SpdyFrame frame) {
        switch (frame) {
            case SpdySynStreamFrame syn -> opened(ctx, syn);
            case SpdyDataFrame data -> data(ctx, data);
            case SpdyPingFrame ping -> ctx.writeAndFlush(ping);
            default -> {} // settings, windows, and streams that the client gives up
        }
    }

    private void opened(ChannelHandlerContext ctx, SpdySynStreamFrame syn) {
        CharSequence type = syn.headers().get(STREAM_TYPE);
        Integer stream = type == null ? null : TYPES.get(type.toString());
        if (stream == null || idOfStream.containsKey(stream)) {
            ctx.writeAndFlush(new DefaultSpdyRstStreamFrame(syn.streamId(), SpdyStreamStatus.REFUSED_STREAM));
            return;
        }
        streamOfId.put(syn.streamId(), stream);
        idOfStream.put(stream, syn.streamId());
        SpdySynReplyFrame reply = new DefaultSpdySynReplyFrame(syn.streamId());
        // Without any header the reply would be encoded as nothing at all.
        reply.headers().set(STREAM_TYPE, type);
        ctx.writeAndFlush(reply);
        if (isOpen() && bridge != null) {
            early.forEach(one -> deliver(one.stream(), one.payload()));
            early.clear();
            bridge.hold(false);
            if (endedEarly) {
                end();
            }
        }
    }

    private void data(ChannelHandlerContext ctx, SpdyDataFrame frame) {
        Integer stream = streamOfId.get(frame.streamId());
        if (stream == null || bridge == null) {
            return;
        }
        int length = frame.content().readableBytes();
        if (length > 0) {
            bridge.toAgent(stream, frame.content().retain());
            ctx.write(new DefaultSpdyWindowUpdateFrame(frame.streamId(), length));
            ctx.writeAndFlush(new DefaultSpdyWindowUpdateFrame(0, length));
        }
        if (frame.isLast() && stream == STDIN) {
            bridge.toAgent(CLOSE, Unpooled.buffer(1).writeByte(STDIN));
        }
    }

    @Override
    public void deliver(int stream, ByteBuf payload) {
        if (!isOpen()) {
            early.add(new Early(stream, payload));
            return;
        }
        Integer id = idOfStream.get(stream);
        if (id == null) {
            payload.release();
            return;
        }
        connection.pipeline().context(this).writeAndFlush(new DefaultSpdyDataFrame(id, payload));
    }

    @Override
    public void end() {
        if (!isOpen()) {
            endedEarly = true;
            return;
        }
        ChannelHandlerContext own = connection.pipeline().context(this);
        for (int stream : new int[] {STDOUT, STDERR, ERROR}) {
            Integer id = idOfStream.get(stream);
            if (id != null) {
                SpdyDataFrame last = new DefaultSpdyDataFrame(id);
                last.setLast(true);
                own.writeAndFlush(last);
            }
        }
        closeAfter(CLOSING_SECONDS, false);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        early.forEach(one -> one.payload().release());
        early.clear();
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
