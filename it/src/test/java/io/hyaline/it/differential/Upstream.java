package io.hyaline.it.differential;

import io.hyaline.it.differential.HttpText.Expected;
import io.hyaline.it.differential.Signals.Stuck;
import io.hyaline.it.frames.FrameConnection;
import io.hyaline.it.frames.FrameStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A scripted server behind the proxy. Requests (or raw connections) take the exchanges of the case in the order of arrival. */
final class Upstream implements AutoCloseable {

    private static final List<List<Step>> ANSWERS_HELLO = List.of(List.of(
            new Step.Request(true),
            new Step.Send("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello".getBytes(StandardCharsets.US_ASCII))));

    private static final List<Step> HELLO_IN_FRAMES = List.of(
            new Step.Request(true),
            new Step.Http2(List.of("headers", "this", ":status=200", "content-length=5")),
            new Step.Http2(List.of("data", "this", "end", "hello")));

    private static final byte[] HTTP2 = Arrays.copyOf(FrameConnection.PREFACE, 16);

    /** What the server does in one run of a case, and what it has received in it. */
    private final class Play {
        private final List<List<Step>> exchanges;
        private final Signals signals;
        private final Transcript transcript;
        private final List<Connection> connections = new ArrayList<>();
        private int taken;

        Play(List<List<Step>> exchanges, Signals signals, Transcript transcript) {
            this.exchanges = exchanges;
            this.signals = signals;
            this.transcript = transcript;
        }

        synchronized boolean nextActsOnAccept() {
            return exchanges.get(Math.min(taken, exchanges.size() - 1)).getFirst() instanceof Step.Accept;
        }

        /** The server's own settings on its HTTP/2 connections. */
        Map<Integer, Long> settings() {
            return exchanges.getFirst().stream()
                    .filter(s -> s instanceof Step.Http2(List<String> words)
                            && words.getFirst().equals("preface"))
                    .map(s -> Http2Script.settings(((Step.Http2) s).words().get(1)))
                    .findFirst()
                    .orElse(Map.of());
        }

        synchronized List<Step> take(Connection by) {
            by.add(++taken);
            return exchanges.get(Math.min(taken, exchanges.size()) - 1);
        }
    }

    private static final class Connection {
        private final Wire wire;
        private final List<Integer> exchanges = new ArrayList<>();
        private final Map<Integer, Integer> streams = new TreeMap<>();
        private FrameConnection frames;
        private boolean raw;
        private boolean busy;
        private int playing;
        private boolean unfinished;

        Connection(Wire wire) {
            this.wire = wire;
        }

        synchronized void add(int exchange) {
            exchanges.add(exchange);
        }

        synchronized List<Integer> taken() {
            return List.copyOf(exchanges);
        }
    }

    private final String name;
    private final ServerSocket server;
    private volatile Play play;

    Upstream(String name) throws IOException {
        this.name = name;
        this.server = new ServerSocket(0, 64, InetAddress.getByName("127.0.0.1"));
        begin(ANSWERS_HELLO, new Signals(), new Transcript(new Mask(java.util.Map.of(), "")));
        Thread.ofVirtual().name("upstream " + name).start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    void begin(Case c, Signals signals, Transcript transcript) {
        begin(c.upstreams().getOrDefault(name, ANSWERS_HELLO), signals, transcript);
    }

    private void begin(List<List<Step>> exchanges, Signals signals, Transcript transcript) {
        play = new Play(exchanges, signals, transcript);
    }

    private void accept() {
        while (true) {
            try {
                Socket socket = server.accept();
                Play current = play;
                Connection connection = new Connection(new Wire(socket));
                synchronized (current) {
                    current.connections.add(connection);
                }
                current.signals.number("accept");
                Thread.ofVirtual().name("upstream connection").start(() -> serve(current, connection));
            } catch (IOException _) {
                return;
            }
        }
    }

    private void serve(Play current, Connection connection) {
        try {
            while (true) {
                if (!current.nextActsOnAccept()) {
                    awaitArrival(connection.wire);
                    if (connection.wire.available() == 0) {
                        return;
                    }
                    if (connection.wire.startsWith(HTTP2)) {
                        serveStreams(current, connection);
                        return;
                    }
                }
                busy(connection, true);
                for (Step step : current.take(connection)) {
                    step(current, connection, step);
                }
                busy(connection, false);
                if (connection.raw || connection.unfinished) {
                    return;
                }
            }
        } catch (Stuck e) {
            current.transcript.put(name + ".stuck", "waited in vain for " + e.getMessage());
        } finally {
            busy(connection, false);
        }
    }

    /** Every stream takes an exchange, in the order in which they come. */
    private void serveStreams(Play current, Connection connection) throws Stuck {
        FrameConnection frames = new FrameConnection(false, current.settings(), connection.wire::send);
        connection.frames = frames;
        connection.wire.frames(frames);
        int served = 0;
        while (true) {
            FrameStream next;
            synchronized (frames) {
                while (frames.streams().size() == served && !connection.wire.ended()) {
                    awaitMore(frames);
                }
                if (frames.streams().size() == served) {
                    return;
                }
                next = frames.streams().get(served++);
            }
            List<Step> steps = current.take(connection);
            connection.streams.put(next.id(), connection.taken().getLast());
            boolean hello = current.exchanges == ANSWERS_HELLO;
            playing(connection, 1);
            Thread.ofVirtual().name("upstream stream").start(() -> {
                try {
                    for (Step step : hello ? HELLO_IN_FRAMES : steps) {
                        step(current, connection, next, step);
                    }
                } catch (Stuck e) {
                    current.transcript.put(name + ".stuck", "waited in vain for " + e.getMessage());
                } finally {
                    playing(connection, -1);
                }
            });
        }
    }

    private static void awaitMore(Object monitor) throws Stuck {
        try {
            monitor.wait();
        } catch (InterruptedException e) {
            throw new Stuck("a request (interrupted)");
        }
    }

    private static void playing(Connection connection, int change) {
        synchronized (connection) {
            connection.playing += change;
            connection.notifyAll();
        }
    }

    private static void step(Play play, Connection connection, FrameStream stream, Step step) throws Stuck {
        Http2Script script = new Http2Script(connection.frames, connection.wire, stream.id());
        switch (step) {
            case Step.Request(boolean whole) -> {
                script.awaitStream(
                        stream.id(), whole ? FrameStream::over : FrameStream::hasHead, whole ? "a request" : "a head");
                play.signals.number(whole ? "request" : "head");
            }
            case Step.Http2 line -> script.play(line);
            case Step.Eof _ -> script.awaitStream(stream.id(), FrameStream::wasReset, "the end of the stream");
            case Step.Finish _ -> connection.wire.finish();
            case Step.Close _ -> connection.wire.close();
            case Step.Reset _ -> connection.wire.reset();
            case Step.Await await -> play.signals.await(await.signal());
            case Step.Signal signal -> play.signals.raise(signal.name());
            case Step.Accept _,
                    Step.Send _,
                    Step.Bytes _,
                    Step.Connect _,
                    Step.On _,
                    Step.Answer _,
                    Step.Fence _,
                    Step.Listen _ -> throw new IllegalArgumentException("not on an HTTP/2 stream: " + step);
        }
    }

    /** A kept connection may stay idle for longer than anybody's patience: the end of the case ends it. */
    private static void awaitArrival(Wire wire) throws Stuck {
        synchronized (wire) {
            while (wire.available() == 0 && !wire.ended()) {
                try {
                    wire.wait();
                } catch (InterruptedException e) {
                    throw new Stuck("a request (interrupted)");
                }
            }
        }
    }

    private static void busy(Connection connection, boolean busy) {
        synchronized (connection) {
            connection.busy = busy;
            connection.notifyAll();
        }
    }

    private static void step(Play play, Connection connection, Step step) throws Stuck {
        Wire wire = connection.wire;
        switch (step) {
            case Step.Accept _ -> connection.raw = true;
            case Step.Request request -> request(play, connection, request.whole());
            case Step.Send send -> wire.send(send.bytes());
            case Step.Bytes bytes ->
                wire.await(w -> w.available() >= bytes.count() || w.ended(), bytes.count() + " bytes");
            case Step.Eof _ -> wire.await(Wire::ended, "the end of the connection");
            case Step.Finish _ -> wire.finish();
            case Step.Close _ -> wire.close();
            case Step.Reset _ -> wire.reset();
            case Step.Await await -> play.signals.await(await.signal());
            case Step.Signal signal -> play.signals.raise(signal.name());
            case Step.Http2 line when line.words().getFirst().equals("preface") -> {}
            case Step.Connect _, Step.On _, Step.Answer _, Step.Fence _, Step.Http2 _, Step.Listen _ ->
                throw new IllegalArgumentException("only a client, or HTTP/2, can " + step);
        }
    }

    private static void request(Play play, Connection connection, boolean whole) throws Stuck {
        Wire wire = connection.wire;
        connection.unfinished = true;
        wire.await(w -> w.next(Expected.REQUEST).hasHead() || w.ended(), "the head of a request");
        if (!whole) {
            play.signals.number("head");
            return;
        }
        wire.await(w -> w.next(Expected.REQUEST).complete() || w.ended(), "a whole request");
        HttpText request = wire.next(Expected.REQUEST);
        if (request.complete()) {
            wire.takeUpTo(request.end());
            connection.unfinished = false;
            play.signals.number("request");
        }
    }

    /** Ends all connections and waits until the proxy has let go of them, then writes down what they received. */
    void end() throws Stuck {
        Play over = play;
        List<Connection> connections;
        synchronized (over) {
            connections = List.copyOf(over.connections);
        }
        for (Connection connection : connections) {
            Signals.await(
                    connection,
                    () -> connection.playing == 0 && (!connection.busy || connection.frames != null),
                    "the end of an upstream script");
            connection.wire.finish();
        }
        for (int i = 0; i < connections.size(); i++) {
            Connection connection = connections.get(i);
            try {
                connection.wire.await(Wire::ended, "the proxy to close");
            } catch (Stuck _) {
                over.transcript.put(
                        name + ".connection[" + (i + 1) + "].end", "kept open by the proxy after the server closed");
            }
            connection.wire.close();
            write(over.transcript, i + 1, connection, over.exchanges.stream().anyMatch(Http2Script::shows));
        }
    }

    private void write(Transcript transcript, int number, Connection connection, boolean shows) {
        FrameConnection frames = connection.frames;
        if (frames != null) {
            synchronized (frames) {
                connection.streams.forEach((id, exchange) -> {
                    String field = name + ".request[" + exchange + "]";
                    transcript.put(field + ".connection", String.valueOf(number));
                    transcript.message(field, Http2Script.text(frames.stream(id), true));
                });
                if (shows) {
                    transcript.put(name + ".connection[" + number + "].settings", frames.settings());
                }
                frames.goAways().stream()
                        .filter(g -> !g.endsWith("code 0"))
                        .forEach(g -> transcript.put(
                                name + ".connection[" + number + "].goaway", g.substring(g.indexOf("code"))));
            }
            return;
        }
        int at = 0;
        for (int exchange : connection.raw ? List.<Integer>of() : connection.taken()) {
            HttpText request = connection.wire.at(at, Expected.REQUEST);
            if (request.hasHead()) {
                transcript.put(name + ".request[" + exchange + "].connection", String.valueOf(number));
                transcript.message(name + ".request[" + exchange + "]", request);
                at = request.end();
            }
        }
        byte[] all = connection.wire.all();
        if (at == 0 || at < all.length) {
            String rest = at == all.length ? "(none)" : raw(Arrays.copyOfRange(all, at, all.length));
            transcript.put(name + ".connection[" + number + "].bytes", rest);
        }
    }

    /** No two TLS handshakes are equal, so that there was one is all that can be compared. */
    private static String raw(byte[] bytes) {
        if (Arrays.mismatch(bytes, HTTP2) >= HTTP2.length) {
            return "(HTTP/2)";
        }
        return bytes.length > 2 && bytes[0] == 0x16 && bytes[1] == 3 ? "(a TLS handshake)" : Transcript.body(bytes);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
