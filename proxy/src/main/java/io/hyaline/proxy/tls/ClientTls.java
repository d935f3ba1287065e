package io.hyaline.proxy.tls;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;

/** The client's end of TLS on a connected channel. */
public interface ClientTls extends AutoCloseable {

    /** How the handshake ended. */
    interface Outcome {
        void secured();

        void failed(String reason);
    }

    /** Starts a handshake; {@code alpn} replaces the configured protocols unless it is empty. */
    void start(Channel channel, TlsPlan.Upstream plan, String alpn, Outcome outcome);

    /** What both ends have agreed to speak on a channel; empty when that was left open. */
    static String protocol(Channel channel) {
        SslHandler handler = channel.pipeline().get(SslHandler.class);
        String agreed = handler == null ? null : handler.applicationProtocol();
        return agreed == null ? "" : agreed;
    }

    @Override
    void close();
}
