package io.hyaline.runtime.services;

import io.hyaline.linux.LinuxException;
import io.hyaline.linux.NamespaceThread;
import io.hyaline.linux.NetNs;
import io.hyaline.runtime.net.Ip;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers every HTTP request on one port with 200 or 503, one request on a connection; or closes it without a word. */
final class HealthServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(HealthServer.class);
    private static final int CONNECTION_LIMIT = 64;
    private static final int REQUEST_LIMIT_BYTES = 8192;
    private static final int REQUEST_MILLIS = 2000;

    /** Whether all is well, with the body that says so. */
    record Answer(boolean good, String json) {}

    private final ServerSocketChannel listener;
    private final Function<Ip, @Nullable Answer> answer;
    private final Semaphore places = new Semaphore(CONNECTION_LIMIT);

    private HealthServer(ServerSocketChannel listener, Function<Ip, @Nullable Answer> answer) {
        this.listener = listener;
        this.answer = answer;
    }

    /** Listens on all addresses of {@code node}. */
    static HealthServer start(NamespaceThread thread, NetNs node, int port, Function<Ip, @Nullable Answer> answer)
            throws IOException {
        try {
            ServerSocketChannel listener = thread.call(node, ServerSocketChannel::open);
            try {
                listener.bind(new InetSocketAddress(port), CONNECTION_LIMIT);
            } catch (IOException e) {
                listener.close();
                throw e;
            }
            HealthServer server = new HealthServer(listener, answer);
            Thread.ofVirtual().name("health-" + port).start(server::accept);
            return server;
        } catch (LinuxException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private void accept() {
        while (listener.isOpen()) {
            try {
                SocketChannel client = listener.accept();
                if (places.tryAcquire()) {
                    Thread.ofVirtual().start(() -> serve(client));
                } else {
                    client.close();
                }
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                log.debug("a health check was not accepted: {}", e.getMessage());
            }
        }
    }

    private void serve(SocketChannel channel) {
        try (Socket socket = channel.socket()) {
            socket.setSoTimeout(REQUEST_MILLIS);
            Answer now = request(socket.getInputStream()) ? answer.apply(Ip.of(socket.getLocalAddress())) : null;
            if (now != null) {
                String text = (now.good() ? "HTTP/1.1 200 OK" : "HTTP/1.1 503 Service Unavailable")
                        + "\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
                        + now.json().length() + "\r\n\r\n" + now.json();
                socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
                socket.shutdownOutput();
            }
        } catch (IOException e) {
            log.debug("a health check broke off: {}", e.getMessage());
        } finally {
            places.release();
        }
    }

    /** Reads to the empty line; false for what is no request, or too long, or too slow. */
    private static boolean request(InputStream in) throws IOException {
        long deadline = System.nanoTime() + REQUEST_MILLIS * 1_000_000L;
        StringBuilder head = new StringBuilder();
        byte[] buffer = new byte[1024];
        while (head.length() < REQUEST_LIMIT_BYTES && System.nanoTime() < deadline) {
            int read = in.read(buffer);
            if (read < 0) {
                return false;
            }
            head.append(new String(buffer, 0, read, StandardCharsets.ISO_8859_1));
            if (head.indexOf("\r\n\r\n") >= 0 || head.indexOf("\n\n") >= 0) {
                return head.indexOf("GET ") == 0;
            }
        }
        return false;
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            log.debug("closing a health port: {}", e.getMessage());
        }
    }
}
