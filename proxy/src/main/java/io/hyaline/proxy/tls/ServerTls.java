package io.hyaline.proxy.tls;

import io.hyaline.proxy.client.Downstream;
import io.netty.channel.Channel;

/** The server's end of TLS on an accepted channel. */
public interface ServerTls {

    /** How the handshake ended. */
    interface Outcome {
        void secured(Downstream.Tls tls);

        void failed(String reason);
    }

    /** Adds the TLS handler; {@code outcome} is called when the handshake is over. */
    void start(Channel channel, Outcome outcome);

    /** Takes no new connections; those under way go on. */
    void close();
}
