package io.hyaline.proxy.codec;

import io.hyaline.proxy.head.Head;
import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** The upstream's side of one request. Calls come from its event loop alone. */
public interface ClientStream {

    /** Begins the request on this connection. */
    void send(Head head, boolean end, Events events);

    /** Sends a piece of the body and owns it. */
    void body(ByteBuf data, boolean end);

    /** Ends the body with trailers, where the protocol and the settings have them; where not, just ends it. */
    void trailers(Head trailers);

    void flush();

    /** Gives the request up. No event follows. */
    void cancel();

    /** Stops, or goes on with, reading the answer. */
    void readBody(boolean on);

    boolean writable();

    /** The socket's own end. */
    @Nullable
    InetSocketAddress localAddress();

    /** {@link #localAddress} as the log writes it; empty when there is none. */
    String localText();

    /** How many requests this connection has carried before this one. */
    long requestsBefore();

    /** What the sender of a request is told. */
    interface Events {

        /** The head of the answer; it lives until the stream ends. */
        void response(Head head, boolean end);

        /** A piece of the body, to be owned. */
        void responseBody(ByteBuf data, boolean end);

        /** The end of the body; the trailers live until the stream ends. */
        void responseTrailers(Head trailers);

        /** All bytes that had arrived have been handed over. */
        void responsePaused();

        /** No (more) answer will come. */
        void upstreamReset(Reset reset);

        void upstreamWritable(boolean writable);
    }

    /** Why an upstream stream ended before its answer did. */
    enum Reset {
        CONNECT_FAILURE("remote connection failure"),
        CONNECT_TIMEOUT("connection timeout"),
        CONNECTION_TERMINATION("connection termination"),
        OVERFLOW("overflow"),
        PROTOCOL_ERROR("protocol error"),
        REMOTE_RESET("remote reset"),
        REMOTE_REFUSED("remote refused stream reset");

        private final String text;

        Reset(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }
}
