package io.hyaline.proxy.codec;

import io.hyaline.proxy.head.Head;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import org.jspecify.annotations.Nullable;

/** The client's side of one request: where the answer goes. Calls come from the connection's event loop alone. */
public interface ServerStream {

    /** Sends the head of the answer; the head may be changed and recycled afterwards. */
    void respond(Head head, boolean end);

    /** Sends a piece of the body and owns it. */
    void body(ByteBuf data, boolean end);

    /** Ends the body with trailers, where the protocol and the settings have them; where not, just ends it. */
    void trailers(Head trailers);

    /** Sends what has been gathered. */
    void flush();

    /** Gives up an answer that cannot be completed. */
    void abort();

    /** Stops, or goes on with, reading the request's body. */
    void readBody(boolean on);

    /** Whether more of a body may be sent now. */
    boolean writable();

    /** From now on bytes pass in both directions: the answer was 101, or 200 to CONNECT. */
    void tunnel();

    /** Closes the connection after this answer. */
    void closeAfterwards();

    /** The protocol as the log names it. */
    String protocol(Head request);

    /** What a request's handler is told. */
    interface Events {

        /** A piece of the request's body, to be owned. */
        void requestBody(ByteBuf data, boolean end);

        /** The end of the body; the trailers live until the stream ends. */
        void requestTrailers(Head trailers);

        /** All bytes that had arrived have been handed over. */
        void requestPaused();

        /** The client went away, gave the request up, or broke the rules of its protocol. */
        void clientGone(Departure how);

        /** More of the answer may be sent, or no more. */
        void clientWritable(boolean writable);
    }

    /** How a client left a request. */
    enum Departure {
        DISCONNECT("downstream_remote_disconnect"),
        RESET("http2.remote_reset"),
        SILENT("downstream_local_disconnect(http2_ping_timeout)"),
        BROKEN("http1.codec_error"),
        VIOLATION("http2.violation.of.messaging.rule");

        private final String details;

        Departure(String details) {
            this.details = details;
        }

        public String details() {
            return details;
        }
    }

    /** Takes requests in. */
    interface Requests {

        /** A request has begun; {@code head} lives until the stream ends. */
        Events request(ServerStream stream, Head head, boolean end);

        /** Bytes that are no request. The handler answers and logs. */
        void refused(ServerStream stream, Head head, Refusal refusal);

        /** The client has gone in the middle of a head, or sent a broken one that gets no answer. The handler logs. */
        void abandoned(ServerStream stream, Head head, Departure how);

        /** The client has broken the rules of its connection, which ends. */
        void protocolError();

        /** The handler that goes on when a first request turns out to be HTTP/2's preface; null when none does. */
        @Nullable
        ChannelHandler http2();

        /** The connection has closed. */
        void connectionClosed();
    }

    /** Why bytes were no acceptable request. */
    enum Refusal {
        MALFORMED(400, "http1.codec_error"),
        BAD_CHARACTER(400, "http1.invalid_characters"),
        BAD_CONNECTION(400, "http1.connection_header_rejected"),
        MISSING_HOST(400, "missing_host_header"),
        BAD_HOST(400, "http.invalid_authority"),
        BAD_FRAMING(400, "http1.content_length_and_chunked_not_allowed"),
        BAD_LENGTH(400, "http1.codec_error"),
        BAD_TARGET(400, "http1.invalid_url"),
        BAD_TRANSFER_ENCODING(501, "http1.invalid_transfer_encoding"),
        HEAD_TOO_LARGE(431, "http1.headers_too_large"),
        TOO_MANY_HEADERS(431, "http1.too_many_headers"),
        OLD_VERSION(426, "low_version"),
        HEADERS_TIMEOUT(408, "request_header_timeout");

        private final int status;
        private final String details;

        Refusal(int status, String details) {
            this.status = status;
            this.details = details;
        }

        public int status() {
            return status;
        }

        public String details() {
            return details;
        }
    }
}
