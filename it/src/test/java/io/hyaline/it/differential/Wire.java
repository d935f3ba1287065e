package io.hyaline.it.differential;

import io.hyaline.it.differential.Signals.Stuck;
import io.hyaline.it.frames.FrameConnection;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Predicate;

/** One connection of the harness: everything that arrives is kept, and a cursor says how much of it was taken. */
final class Wire implements AutoCloseable {

    private final Socket socket;
    private final InputStream in;
    private byte[] data = new byte[4096];
    private int length;
    private int cursor;
    private volatile boolean ended;
    private volatile FrameConnection frames;

    Wire(Socket socket) throws IOException {
        this(socket, true);
    }

    /** @param listens whether it reads from the beginning */
    Wire(Socket socket, boolean listens) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        this.in = socket.getInputStream();
        if (listens) {
            listen();
        }
    }

    void listen() {
        Thread.ofVirtual().name("wire").start(() -> read(in));
    }

    private void read(InputStream in) {
        byte[] buffer = new byte[65536];
        try {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                append(buffer, n);
                FrameConnection open = frames;
                if (open != null) {
                    feed(open);
                }
            }
        } catch (IOException _) {
            // A reset ends the connection like a FIN does; which of the two it is depends on timing, so it is not
            // compared.
        }
        synchronized (this) {
            ended = true;
            notifyAll();
        }
        FrameConnection open = frames;
        if (open != null) {
            synchronized (open) {
                open.notifyAll();
            }
        }
    }

    /** What arrives is HTTP/2 from now on, and so is what has arrived already. */
    void frames(FrameConnection connection) {
        frames = connection;
        feed(connection);
    }

    private void feed(FrameConnection connection) {
        byte[] fresh;
        synchronized (this) {
            fresh = rest();
            cursor = length;
        }
        connection.feed(fresh, 0, fresh.length);
    }

    private synchronized void append(byte[] bytes, int count) {
        if (length + count > data.length) {
            data = Arrays.copyOf(data, Math.max(data.length * 2, length + count));
        }
        System.arraycopy(bytes, 0, data, length, count);
        length += count;
        notifyAll();
    }

    /** Writes that fail are no news: the end of the connection is seen by the reader. */
    void send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        } catch (IOException _) {
            // The peer has gone; the reader says so.
        }
    }

    boolean ended() {
        return ended;
    }

    synchronized int available() {
        return length - cursor;
    }

    /** Takes everything before {@code index}, counted from the first byte of the connection. */
    synchronized void takeUpTo(int index) {
        cursor = index;
    }

    synchronized boolean startsWith(byte[] bytes) {
        return length >= bytes.length && Arrays.equals(data, 0, bytes.length, bytes, 0, bytes.length);
    }

    /** A copy of what has arrived after the cursor. */
    synchronized byte[] rest() {
        return Arrays.copyOfRange(data, cursor, length);
    }

    synchronized byte[] all() {
        return Arrays.copyOf(data, length);
    }

    /** The next message at the cursor, as far as it has arrived. */
    synchronized HttpText next(HttpText.Expected expected) {
        return HttpText.parse(data, cursor, length, ended, expected);
    }

    /** The message that begins at {@code index}, whatever the cursor says. */
    synchronized HttpText at(int index, HttpText.Expected expected) {
        return HttpText.parse(data, index, length, ended, expected);
    }

    void await(Predicate<Wire> done, String what) throws Stuck {
        Signals.await(this, () -> done.test(this), what);
    }

    /** FIN; the peer may go on sending. */
    void finish() {
        try {
            socket.shutdownOutput();
        } catch (IOException _) {
            // Already closed.
        }
    }

    void reset() {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException _) {
            // Already closed.
        }
        close();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException _) {
            // Nothing is left to do with it.
        }
    }

    static String printable(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (char c : new String(bytes, StandardCharsets.ISO_8859_1).toCharArray()) {
            switch (c) {
                case '\r' -> text.append("\\r");
                case '\n' -> text.append("\\n");
                case '\t' -> text.append("\\t");
                default -> text.append(c >= ' ' && c < 127 ? String.valueOf(c) : String.format("\\x%02x", (int) c));
            }
        }
        return text.toString();
    }
}
