package io.hyaline.proxy.reply;

import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.head.HeaderName;
import java.nio.charset.StandardCharsets;

/** A proxy's own answer in the form that gRPC callers understand: 200, and the status in headers (gRPC over HTTP/2). */
public final class GrpcReply {

    private static final HeaderName MESSAGE = HeaderName.of("grpc-message");

    private GrpcReply() {}

    /** Whether the request is a gRPC one. */
    public static boolean wantedBy(Head request) {
        int at = request.find(HeaderName.CONTENT_TYPE);
        if (at < 0) {
            return false;
        }
        String type = request.valueAt(at);
        return type.startsWith("application/grpc")
                && (type.length() == 16 || type.charAt(16) == '+' || type.charAt(16) == ';');
    }

    /** Writes {@code reply} into {@code answer}; no body follows. */
    public static void write(LocalReply reply, Head answer) {
        answer.status(200);
        answer.add(HeaderName.CONTENT_TYPE, "application/grpc");
        int status = reply.grpcStatus() >= 0 ? reply.grpcStatus() : status(reply.status());
        answer.add(HeaderName.GRPC_STATUS, String.valueOf(status));
        if (!reply.body().isEmpty()) {
            answer.add(MESSAGE, escaped(reply.body()));
        }
    }

    /** The gRPC project's table from HTTP's status codes. */
    static int status(int http) {
        return switch (http) {
            case 400 -> 13;
            case 401 -> 16;
            case 403 -> 7;
            case 404 -> 12;
            case 429, 502, 503, 504 -> 14;
            default -> 2;
        };
    }

    /** Printable ASCII but the percent sign as it is, all other bytes as %XX. */
    static String escaped(String text) {
        StringBuilder out = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (b >= ' ' && b <= '~' && b != '%') {
                out.append((char) b);
            } else {
                out.append('%').append(Character.forDigit(b >> 4 & 15, 16)).append(Character.forDigit(b & 15, 16));
            }
        }
        return out.toString();
    }
}
