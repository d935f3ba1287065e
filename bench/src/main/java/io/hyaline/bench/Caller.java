package io.hyaline.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** One connection of the load: sends its requests when they are due, one at a time. Owned by the thread that calls it. */
final class Caller implements Callable<Caller.Times> {

    private static final int ANSWER_WITHIN_MILLIS = 5_000;
    private static final int GIVE_UP_AFTER = 20;

    /**
     * One good exchange, in nanoseconds.
     *
     * @param latency from when the request was due to the end of its answer
     * @param lateness from when the request was due to when it left
     */
    record Exchange(long latency, long lateness) {}

    /**
     * What one connection saw.
     *
     * @param exchanges the recorded exchanges with a good answer
     * @param failed requests without a good answer
     * @param failure what the first failed request met
     */
    record Times(
            List<Exchange> exchanges, int failed, @Nullable String failure) {}

    private final InetSocketAddress target;
    private final Schedule schedule;
    private final int connection;
    private final long start;
    private final byte[] request;
    private final Answer answer = new Answer();
    private @Nullable Socket socket;
    private int failed;
    private @Nullable String failure;

    /** @param start the {@link System#nanoTime()} that the due times count from */
    Caller(InetSocketAddress target, String path, Schedule schedule, int connection, long start) {
        this.target = target;
        this.schedule = schedule;
        this.connection = connection;
        this.start = start;
        this.request = ("GET " + path + " HTTP/1.1\r\nHost: " + target.getHostString() + ":" + target.getPort()
                        + "\r\nUser-Agent: pace\r\nAccept: */*\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public Times call() throws IOException {
        List<Exchange> exchanges = new ArrayList<>(schedule.recorded());
        try {
            for (int i = 0; i < schedule.requestsOfAConnection() && failed < GIVE_UP_AFTER; i++) {
                long due = start + schedule.due(connection, i);
                waitUntil(due);
                long left = System.nanoTime();
                if (exchange() && schedule.isRecorded(i)) {
                    exchanges.add(new Exchange(System.nanoTime() - due, left - due));
                }
            }
        } finally {
            close();
        }
        return new Times(exchanges, failed, failure);
    }

    private static void waitUntil(long due) {
        long left = due - System.nanoTime();
        while (left > 0) {
            LockSupport.parkNanos(left);
            left = due - System.nanoTime();
        }
    }

    private boolean exchange() throws IOException {
        try {
            Socket s = socket == null ? open() : socket;
            OutputStream out = s.getOutputStream();
            InputStream in = s.getInputStream();
            out.write(request);
            int status = answer.read(in);
            if (status == 200) {
                return true;
            }
            fail("status " + status);
        } catch (IOException e) {
            fail(String.valueOf(e.getMessage()));
            close();
        }
        return false;
    }

    private Socket open() throws IOException {
        Socket s = new Socket();
        s.setOption(StandardSocketOptions.TCP_NODELAY, true);
        s.setSoTimeout(ANSWER_WITHIN_MILLIS);
        s.connect(target, ANSWER_WITHIN_MILLIS);
        socket = s;
        return s;
    }

    private void fail(String reason) {
        failed++;
        if (failure == null) {
            failure = reason;
        }
    }

    private void close() throws IOException {
        if (socket != null) {
            socket.close();
            socket = null;
        }
    }
}
