package io.hyaline.apiserver.http;

import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.status.ApiException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** What becomes of a request. */
public sealed interface Response {
    String JSON = "application/json";

    /** A complete answer. */
    @SuppressWarnings("ArrayRecordComponent") // answers are never compared
    record Answer(int code, String contentType, byte[] body, List<Map.Entry<String, String>> headers)
            implements Response {}

    /** An answer that goes on until the client leaves or the source ends. */
    record Stream(String contentType, Source source) implements Response {}

    /** Somebody else answers on this connection from now on. */
    record HandOver(Taker taker) implements Response {}

    /** Takes a connection over, on its event loop. */
    @FunctionalInterface
    interface Taker {
        /** True when it owns connection and request from now on; false when it cannot answer. */
        boolean take(ChannelHandlerContext ctx, FullHttpRequest request);
    }

    /** Produces frames, on a virtual thread of its own. */
    interface Source {
        void run(Sink sink) throws InterruptedException;

        /** The client has left; called on any thread. */
        void cancel();
    }

    /** Where frames go. */
    interface Sink {
        /** Waits until the frame is on its way; false when the client has left. */
        boolean send(byte[] frame) throws InterruptedException;
    }

    static Answer json(int code, JsonNode body) {
        return new Answer(code, JSON, Json.bytes(body), List.of());
    }

    static Answer text(int code, String body) {
        return new Answer(code, "text/plain; charset=utf-8", body.getBytes(StandardCharsets.UTF_8), List.of());
    }

    static Answer failure(ApiException failure) {
        List<Map.Entry<String, String>> headers =
                failure.code() == 429 ? List.of(Map.entry("Retry-After", "1")) : List.of();
        return new Answer(failure.code(), JSON, Json.bytes(failure.status()), headers);
    }
}
