package io.hyaline.proxy.agent;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.codec.http2.Http2StreamFrame;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;

/**
 * grpc.health.v1.Health/Check over plaintext HTTP/2: one message out, one back, written by hand so that no gRPC channel is
 * made for it.
 */
final class GrpcProbe extends SimpleChannelInboundHandler<Http2StreamFrame> {

    private static final int FRAME_HEADER = 5;
    private static final int ANSWER_LIMIT = 1024;
    private static final int SERVING_FIELD = 0x08;
    private static final int SERVING = 1;

    private final ProbeExchange exchange;
    private byte[] answer = new byte[0];

    private GrpcProbe(ProbeExchange exchange) {
        this.exchange = exchange;
    }

    static void install(Channel channel, AppProbe.Grpc probe, InetAddress pod, ProbeExchange exchange) {
        channel.pipeline()
                .addLast(Http2FrameCodecBuilder.forClient().build())
                .addLast(new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()))
                .addLast(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelActive(ChannelHandlerContext ctx) {
                        open(ctx.channel(), probe, pod, exchange);
                        ctx.fireChannelActive();
                    }
                });
    }

    private static void open(Channel connection, AppProbe.Grpc probe, InetAddress pod, ProbeExchange exchange) {
        new Http2StreamChannelBootstrap(connection)
                .handler(new GrpcProbe(exchange))
                .open()
                .addListener(future -> {
                    if (future.isSuccess()) {
                        ask((Channel) future.getNow(), probe, pod);
                    } else {
                        exchange.fail(String.valueOf(future.cause().getMessage()));
                    }
                });
    }

    private static void ask(Channel stream, AppProbe.Grpc probe, InetAddress pod) {
        Http2Headers headers = new DefaultHttp2Headers()
                .method("POST")
                .scheme("http")
                .path("/grpc.health.v1.Health/Check")
                .authority(pod.getHostAddress() + ":" + probe.port())
                .set("content-type", "application/grpc")
                .set("te", "trailers");
        stream.write(new DefaultHttp2HeadersFrame(headers));
        stream.writeAndFlush(new DefaultHttp2DataFrame(message(stream, probe.service()), true));
    }

    /** The gRPC frame of HealthCheckRequest{service = 1}. */
    private static ByteBuf message(Channel stream, String service) {
        byte[] name = service.getBytes(StandardCharsets.UTF_8);
        if (name.length > 127) {
            throw new IllegalArgumentException("gRPC service name longer than 127 bytes: " + service);
        }
        ByteBuf buffer = stream.alloc().buffer(FRAME_HEADER + 2 + name.length);
        buffer.writeByte(0).writeInt(name.length == 0 ? 0 : 2 + name.length);
        if (name.length > 0) {
            buffer.writeByte(0x0a).writeByte(name.length).writeBytes(name);
        }
        return buffer;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, Http2StreamFrame frame) {
        switch (frame) {
            case Http2DataFrame data -> {
                byte[] more = ByteBufUtil.getBytes(data.content());
                if (answer.length + more.length > ANSWER_LIMIT) {
                    exchange.fail("the health answer is longer than " + ANSWER_LIMIT + " bytes");
                    return;
                }
                byte[] joined = new byte[answer.length + more.length];
                System.arraycopy(answer, 0, joined, 0, answer.length);
                System.arraycopy(more, 0, joined, answer.length, more.length);
                answer = joined;
            }
            case Http2HeadersFrame headers when headers.isEndStream() -> judge(headers.headers());
            default -> {}
        }
    }

    private void judge(Http2Headers trailers) {
        CharSequence status = trailers.get("grpc-status");
        if (status == null || !status.toString().equals("0")) {
            exchange.fail("grpc-status " + status + ": " + trailers.get("grpc-message"));
        } else if (answer.length == FRAME_HEADER + 2
                && answer[FRAME_HEADER] == SERVING_FIELD
                && answer[FRAME_HEADER + 1] == SERVING) {
            exchange.finish(new Prober.Result(200, ""));
        } else {
            exchange.fail("the gRPC service is not SERVING");
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        exchange.fail(String.valueOf(cause.getMessage()));
    }
}
