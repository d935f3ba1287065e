package io.hyaline.apiserver.stream;

import io.hyaline.apiserver.http.Response;
import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.status.ApiException;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;

/** The end of a stream that never began. */
final class Refusal {

    private Refusal() {}

    /** Answers with a Status and closes the connection. */
    static void send(ChannelHandlerContext ctx, ApiException failure) {
        byte[] body = Json.bytes(failure.status());
        DefaultFullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(failure.code()), Unpooled.wrappedBuffer(body));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, Response.JSON)
                .set(HttpHeaderNames.CONTENT_LENGTH, body.length)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }

    /** What an agent said, as the API says it. */
    static ApiException ofAgent(int code, String text) {
        return switch (code) {
            case 400 -> ApiException.badRequest(text);
            case 404 -> ApiException.of(404, "NotFound", text);
            case 429 -> ApiException.of(429, "TooManyRequests", text);
            default -> ApiException.internal(text);
        };
    }
}
