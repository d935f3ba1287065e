package io.hyaline.proxy.inspect;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the first bytes of a connection have shown so far.
 *
 * @param protocols the client's ALPN list, or the HTTP version in the clear
 */
public record Inspection(State tls, State http, String serverName, List<String> protocols) {

    public static final Inspection EMPTY = new Inspection(State.UNKNOWN, State.UNKNOWN, "", List.of());

    /** What is known of one question. */
    public enum State {
        UNKNOWN,
        PENDING,
        YES,
        NO
    }

    public boolean isTls() {
        return tls == State.YES;
    }

    public boolean tlsPending() {
        return tls == State.PENDING;
    }

    public boolean httpPending() {
        return http == State.PENDING;
    }

    /** This, with what a TLS inspector makes of {@code bytes}. */
    public Inspection tls(@Nullable ByteBuf bytes) {
        if (bytes == null || !bytes.isReadable()) {
            return new Inspection(State.PENDING, http, serverName, protocols);
        }
        ClientHello hello = ClientHello.read(bytes);
        return switch (hello) {
            case ClientHello.Incomplete incomplete -> new Inspection(State.PENDING, http, serverName, protocols);
            case ClientHello.NotTls notTls -> new Inspection(State.NO, http, serverName, protocols);
            case ClientHello.Found(String name, List<String> alpn) -> new Inspection(State.YES, http, name, alpn);
        };
    }

    /** This, with what an HTTP inspector makes of {@code bytes}. */
    public Inspection http(@Nullable ByteBuf bytes) {
        if (bytes == null || !bytes.isReadable()) {
            return new Inspection(tls, State.PENDING, serverName, protocols);
        }
        String version = HttpStart.version(bytes);
        if (version == null) {
            return new Inspection(tls, State.PENDING, serverName, protocols);
        }
        return version.isEmpty()
                ? new Inspection(tls, State.NO, serverName, protocols)
                : new Inspection(tls, State.YES, serverName, List.of(version));
    }
}
