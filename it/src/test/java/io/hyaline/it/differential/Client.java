package io.hyaline.it.differential;

import io.hyaline.it.differential.HttpText.Expected;
import io.hyaline.it.differential.Signals.Stuck;
import io.hyaline.it.frames.Field;
import io.hyaline.it.frames.FrameConnection;
import io.hyaline.it.frames.FrameStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Plays the client's script against one proxy and writes down what it answered. */
final class Client implements AutoCloseable {

    private static final byte[] PROBE =
            "GET /-/probe HTTP/1.1\r\nhost: probe.hyaline\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private static final int SMALL_BUFFER = 4096;
    private static final int PROBE_STREAM = 9_999_999;
    private static final List<Field> PROBE_FIELDS = List.of(
            new Field(":method", "GET"),
            new Field(":scheme", "http"),
            new Field(":path", "/-/probe"),
            new Field(":authority", "probe.hyaline"));

    /** One connection, its answers so far, and whether the script itself has ended it. */
    private static final class Connection {
        private final Wire wire;
        private final boolean http;
        private FrameConnection frames;
        private int answers;
        private boolean finished;
        private boolean raw;

        Connection(Wire wire, boolean http) {
            this.wire = wire;
            this.http = http;
        }
    }

    private final Stage stage;
    private final Signals signals;
    private final Transcript transcript;
    private final Map<String, Connection> connections = new LinkedHashMap<>();
    private String current = "a";

    Client(Stage stage, Signals signals, Transcript transcript) {
        this.stage = stage;
        this.signals = signals;
        this.transcript = transcript;
    }

    /** Returns when the script is done or waits in vain, which the transcript then says. */
    void play(Case c) throws IOException {
        if (c.client().isEmpty() || !(c.client().getFirst() instanceof Step.Connect)) {
            connect(c, new Step.Connect("a", "", "127.0.0.1", Optional.empty(), Optional.empty(), Step.Manner.USUAL));
        }
        try {
            for (Step step : c.client()) {
                play(c, step);
            }
        } catch (Stuck e) {
            transcript.put("client." + current + ".stuck", "waited in vain for " + e.getMessage());
        }
        for (var entry : connections.entrySet()) {
            current = entry.getKey();
            FrameConnection frames = entry.getValue().frames;
            end(entry.getValue());
            if (frames != null && Http2Script.shows(c.client())) {
                transcript.put("client." + current + ".settings", frames.settings());
            }
        }
    }

    private void play(Case c, Step step) throws Stuck, IOException {
        Connection connection = connections.get(current);
        switch (step) {
            case Step.Connect connect -> connect(c, connect);
            case Step.On on -> current = on.name();
            case Step.Send send -> connection.wire.send(send.bytes());
            case Step.Answer answer -> answer(connection, answer.kind());
            case Step.Bytes bytes -> bytes(connection, bytes.count());
            case Step.Eof _ -> connection.wire.await(Wire::ended, "the end of the connection");
            case Step.Finish _ -> connection.wire.finish();
            case Step.Listen _ -> connection.wire.listen();
            case Step.Close _ -> {
                connection.finished = true;
                connection.wire.close();
            }
            case Step.Reset _ -> {
                connection.finished = true;
                connection.wire.reset();
            }
            case Step.Await await -> signals.await(await.signal());
            case Step.Signal signal -> signals.raise(signal.name());
            case Step.Fence _ -> stage.fence();
            case Step.Http2 line -> new Http2Script(connection.frames, connection.wire, 0).play(line);
            case Step.Request _, Step.Accept _ ->
                throw new IllegalArgumentException(c + ": only an upstream can " + step);
        }
    }

    private void connect(Case c, Step.Connect connect) throws IOException {
        String listener = connect.listener().isEmpty() ? c.listener() : connect.listener();
        boolean deaf = connect.manner() == Step.Manner.DEAF;
        Socket socket = connect.manner() == Step.Manner.PIECES ? new PieceSocket() : new Socket();
        if (deaf) {
            socket.setReceiveBufferSize(SMALL_BUFFER);
        }
        socket.bind(new InetSocketAddress(connect.from(), 0));
        socket.connect(new InetSocketAddress("127.0.0.1", stage.port(listener)));
        if (connect.tls().isPresent()) {
            socket = stage.certificates().secure(socket, connect.tls().get());
        }
        current = connect.name();
        Connection connection = new Connection(new Wire(socket, !deaf), stage.speaksHttp(listener));
        connections.put(current, connection);
        if (connect.http2().isPresent()) {
            connection.frames = new FrameConnection(
                    true, Http2Script.settings(connect.http2().get()), connection.wire::send);
            connection.wire.frames(connection.frames);
        }
    }

    private void answer(Connection connection, Step.Kind kind) throws Stuck {
        Expected expected = kind == Step.Kind.HEAD ? Expected.RESPONSE_WITHOUT_BODY : Expected.RESPONSE;
        String what = "answer " + (connection.answers + 1);
        switch (kind) {
            case START -> connection.wire.await(w -> w.next(expected).hasHead() || w.ended(), "the head of " + what);
            case INTERIM, UPGRADE, HEAD -> {
                connection.wire.await(w -> w.next(expected).hasHead() || w.ended(), what);
                record(connection, connection.wire.next(Expected.RESPONSE_WITHOUT_BODY));
                connection.raw = kind == Step.Kind.UPGRADE;
            }
            case WHOLE -> {
                do {
                    connection.wire.await(w -> w.next(expected).complete() || w.ended(), what);
                } while (record(connection, connection.wire.next(expected)));
            }
        }
    }

    /** Whether this was an interim answer, so that the real one is still to come. */
    private boolean record(Connection connection, HttpText message) {
        if (!message.hasHead()) {
            return false;
        }
        connection.answers++;
        transcript.message("client." + current + ".answer[" + connection.answers + "]", message);
        connection.wire.takeUpTo(message.end());
        return message.complete()
                && message.status().startsWith("1")
                && !message.status().equals("101");
    }

    private static void bytes(Connection connection, int count) throws Stuck {
        connection.wire.await(w -> w.available() >= count || w.ended(), count + " bytes");
    }

    /** What is left on the connection, and whether the proxy keeps it open. */
    private void end(Connection connection) {
        String field = "client." + current;
        if (connection.frames != null) {
            end(field, connection);
            return;
        }
        if (connection.finished) {
            return;
        }
        String end =
                connection.http && !connection.raw ? probe(connection) : connection.wire.ended() ? "closed" : "open";
        byte[] rest = connection.wire.rest();
        if (rest.length > 0) {
            transcript.put(field + ".rest", Transcript.body(rest));
        }
        transcript.put(field + ".end", end);
    }

    /** What came on each stream, and whether another request would be answered. */
    private void end(String field, Connection connection) {
        FrameConnection frames = connection.frames;
        String end = connection.finished ? "finished" : "closed";
        synchronized (frames) {
            for (FrameStream stream : frames.streams()) {
                transcript.message(field + ".answer[" + stream.id() + "]", Http2Script.text(stream, false));
            }
            frames.goAways().stream()
                    .filter(g -> !g.endsWith("code 0"))
                    .forEach(g -> transcript.put(field + ".goaway", g));
        }
        if (!connection.finished && !connection.wire.ended()) {
            frames.headers(PROBE_STREAM, true, PROBE_FIELDS);
            try {
                new Http2Script(frames, connection.wire, 0).awaitStream(PROBE_STREAM, FrameStream::over, "the probe");
                end = frames.stream(PROBE_STREAM).ended() ? "open" : "closed";
            } catch (Stuck _) {
                end = "silent";
            }
        }
        transcript.put(field + ".end", end);
    }

    /**
     * Whether the proxy answers another request on the connection: there is no event for "stays open". What is still unread is
     * read first, so that the proxy cannot be writing when the connection ends.
     */
    private String probe(Connection connection) {
        if (!connection.wire.ended()) {
            connection.wire.send(PROBE);
        }
        try {
            while (true) {
                connection.wire.await(w -> w.next(Expected.RESPONSE).complete() || w.ended(), "answer to the probe");
                HttpText message = connection.wire.next(Expected.RESPONSE);
                if (!message.hasHead()) {
                    return "closed";
                }
                if (!message.value("x-probe").isEmpty()) {
                    connection.wire.takeUpTo(message.end());
                    return connection.wire.ended() ? "closed" : "open";
                }
                record(connection, message);
            }
        } catch (Stuck _) {
            return "silent";
        }
    }

    @Override
    public void close() {
        connections.values().forEach(c -> c.wire.close());
    }
}
