package io.hyaline.it.differential;

import java.util.List;
import java.util.Optional;

/** One line of a script, for the client or for an upstream server. Waiting steps wait for an event, never for a duration. */
sealed interface Step {

    /** Consecutive lines of bytes are one step and leave in one write. */
    record Send(byte[] bytes) implements Step {}

    /** Opens a client connection; the steps after it speak on this one. */
    record Connect(String name, String listener, String from, Optional<Tls> tls, Optional<String> http2, Manner manner)
            implements Step {}

    /** How a client uses its socket. */
    enum Manner {
        USUAL,
        /** Every byte is written for itself. */
        PIECES,
        /** Nothing is read before the script says so. */
        DEAF
    }

    /** A client that was deaf reads from now on. */
    record Listen() implements Step {}

    /** One line of HTTP/2. */
    record Http2(List<String> words) implements Step {}

    record Tls(String certificate, Optional<String> serverName) {}

    /** Goes back to a connection that is open. */
    record On(String name) implements Step {}

    /** Client: wait for a whole answer, or as much of it as {@code kind} asks for. */
    record Answer(Kind kind) implements Step {}

    enum Kind {
        /** A final answer with its body. */
        WHOLE,
        /** To a HEAD request: no body follows, whatever the fields say. */
        HEAD,
        /** One interim (1xx) answer. */
        INTERIM,
        /** The head of an answer whose body is still on its way; a later {@code answer} takes all of it. */
        START,
        /** 101 or the answer to CONNECT: what follows are raw bytes. */
        UPGRADE
    }

    /** Upstream: wait for the head, or for all of the current request. */
    record Request(boolean whole) implements Step {}

    /** Upstream: act as soon as a connection is accepted; the bytes are raw. */
    record Accept() implements Step {}

    /** Wait until this many raw bytes have come since the last thing that was read. */
    record Bytes(int count) implements Step {}

    /** Wait until the peer ends the connection, in either way. */
    record Eof() implements Step {}

    /** Send FIN and go on reading. */
    record Finish() implements Step {}

    record Close() implements Step {}

    record Reset() implements Step {}

    record Await(String signal) implements Step {}

    record Signal(String name) implements Step {}

    /** Client: an exchange on another connection, so that the proxy has seen what was sent before. */
    record Fence() implements Step {}
}
