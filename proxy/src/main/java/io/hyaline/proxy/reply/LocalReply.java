package io.hyaline.proxy.reply;

import io.hyaline.proxy.codec.ClientStream.Reset;
import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.head.HeaderName;
import io.hyaline.proxy.log.ResponseFlag;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * An answer of the proxy's own.
 *
 * @param grpcStatus what gRPC callers are told; negative when that follows from the status
 */
public record LocalReply(
        int status, String body, @Nullable ResponseFlag flag, String details, boolean overloaded, int grpcStatus) {

    private static final byte[] NO_BODY = {};
    private static final int BY_STATUS = -1;

    public static LocalReply of(int status, String body, @Nullable ResponseFlag flag, String details) {
        return new LocalReply(status, body, flag, details, false, BY_STATUS);
    }

    public static final LocalReply NO_ROUTE = of(404, "", ResponseFlag.NR, "route_not_found");
    public static final LocalReply NO_CLUSTER = of(503, "", ResponseFlag.NC, "cluster_not_found");
    public static final LocalReply NO_HOST = of(503, "no healthy upstream", ResponseFlag.UH, "no_healthy_upstream");
    public static final LocalReply TIMEOUT = of(504, "upstream request timeout", ResponseFlag.UT, "response_timeout");
    public static final LocalReply PER_TRY_TIMEOUT =
            of(504, "upstream request timeout", ResponseFlag.UT, "upstream_per_try_timeout");
    public static final LocalReply IDLE = of(504, "stream timeout", ResponseFlag.SI, "stream_idle_timeout");
    public static final LocalReply IDLE_REQUEST = of(408, "stream timeout", ResponseFlag.SI, "stream_idle_timeout");
    public static final LocalReply MAX_DURATION =
            of(504, "downstream duration timeout", null, "max_duration_timeout").withGrpcStatus(4);
    public static final LocalReply UPSTREAM_MAX_DURATION =
            of(504, "upstream max stream duration reached", ResponseFlag.UMSDR, "upstream_max_stream_duration_reached");
    public static final LocalReply REQUEST_TIMEOUT = of(408, "request timeout", null, "request_overall_timeout");
    public static final LocalReply UPGRADE_REFUSED = of(403, "", null, "upgrade_failed");
    public static final LocalReply BAD_PATH = of(400, "", null, "path_normalization_failed");
    public static final LocalReply NO_PATH = of(404, "", null, "absolute_path_rejected");
    public static final LocalReply BROKEN_BODY = of(400, "Bad Request", ResponseFlag.DPE, "http1.codec_error");

    /** The answer to a request whose upstream stream ended; {@code begun} when its answer was already on the way. */
    public static LocalReply reset(Reset reset, String reason, boolean retried, boolean begun) {
        String text = "upstream connect error or disconnect/reset before headers. "
                + (retried ? "retried and the latest " : "") + "reset reason: " + reset.text();
        String details = (begun ? "upstream_reset_after_response_started{" : "upstream_reset_before_response_started{")
                + reset.text().replace(' ', '_') + (reason.isEmpty() ? "" : "|" + reason.replace(' ', '_')) + "}";
        boolean overflow = reset == Reset.OVERFLOW;
        int status = reset == Reset.PROTOCOL_ERROR ? 502 : 503;
        return new LocalReply(status, text, flag(reset), details, overflow, BY_STATUS);
    }

    /** The same with a status of its own for gRPC callers. */
    public LocalReply withGrpcStatus(int status) {
        return new LocalReply(this.status, body, flag, details, overloaded, status);
    }

    /** Writes the head of this answer to {@code request}, and says what its body is. */
    public byte[] write(Head request, Head answer) {
        boolean grpc = GrpcReply.wantedBy(request);
        byte[] bytes = grpc ? NO_BODY : body.getBytes(StandardCharsets.UTF_8);
        if (grpc) {
            GrpcReply.write(this, answer);
        } else {
            answer.status(status);
        }
        if (bytes.length > 0) {
            answer.add(HeaderName.CONTENT_LENGTH, String.valueOf(bytes.length));
            answer.add(HeaderName.CONTENT_TYPE, "text/plain");
        }
        if (overloaded) {
            answer.add(HeaderName.X_ENVOY_OVERLOADED, "true");
        }
        return bytes;
    }

    /** The same as a 408 when the request itself has not arrived yet: Envoy's maybeRequestTimeoutCode. */
    public LocalReply whileRequest(boolean incomplete) {
        return incomplete ? new LocalReply(408, body, flag, details, overloaded, grpcStatus) : this;
    }

    /** The one table from resets to flags. */
    static ResponseFlag flag(Reset reset) {
        return switch (reset) {
            case CONNECT_FAILURE, CONNECT_TIMEOUT -> ResponseFlag.UF;
            case CONNECTION_TERMINATION -> ResponseFlag.UC;
            case OVERFLOW -> ResponseFlag.UO;
            case PROTOCOL_ERROR -> ResponseFlag.UPE;
            case REMOTE_RESET, REMOTE_REFUSED -> ResponseFlag.UR;
        };
    }
}
