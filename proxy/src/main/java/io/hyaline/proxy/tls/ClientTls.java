package io.hyaline.proxy.tls;

import io.netty.channel.Channel;

/** The client's end of TLS on a connected channel. */
public interface ClientTls extends AutoCloseable {

    /** How the handshake ended. */
    interface Outcome {
        void secured();

        void failed(String reason);
    }

    /** Starts a handshake; {@code alpn} replaces the configured protocols unless it is empty. */
    void start(Channel channel, TlsPlan.Upstream plan, String alpn, Outcome outcome);

    @Override
    void close();
}
