package io.hyaline.model.gateway;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a server of a gateway takes in. */
public enum ServerProtocol {
    /** HTTP/1.1, HTTP/2 and gRPC without TLS. */
    HTTP,
    HTTPS,
    /** TLS around anything. */
    TLS,
    TCP;

    /** Null for a word that is no protocol. */
    public static @Nullable ServerProtocol of(String text) {
        return switch (text.toUpperCase(Locale.ROOT)) {
            case "HTTP", "HTTP2", "HTTP_PROXY", "GRPC", "GRPC-WEB", "GRPC_WEB" -> HTTP;
            case "HTTPS" -> HTTPS;
            case "TLS" -> TLS;
            case "TCP", "MONGO", "REDIS", "MYSQL" -> TCP;
            default -> null;
        };
    }
}
