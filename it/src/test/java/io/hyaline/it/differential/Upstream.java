package io.hyaline.it.differential;

import io.hyaline.it.differential.HttpText.Expected;
import io.hyaline.it.differential.Signals.Stuck;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A scripted server behind the proxy. Requests (or raw connections) take the exchanges of the case in the order of arrival. */
final class Upstream implements AutoCloseable {

    private static final List<List<Step>> ANSWERS_HELLO = List.of(List.of(
            new Step.Request(true),
            new Step.Send("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello".getBytes(StandardCharsets.US_ASCII))));

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

        synchronized List<Step> take(Connection by) {
            by.add(++taken);
            return exchanges.get(Math.min(taken, exchanges.size()) - 1);
        }
    }

    private static final class Connection {
        private final Wire wire;
        private final List<Integer> exchanges = new ArrayList<>();
        private boolean raw;
        private boolean busy;
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
            case Step.Connect _, Step.On _, Step.Answer _, Step.Fence _ ->
                throw new IllegalArgumentException("only a client can " + step);
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
            Signals.await(connection, () -> !connection.busy, "the end of an upstream script");
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
            write(over.transcript, i + 1, connection);
        }
    }

    private void write(Transcript transcript, int number, Connection connection) {
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
        return bytes.length > 2 && bytes[0] == 0x16 && bytes[1] == 3 ? "(a TLS handshake)" : Transcript.body(bytes);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
