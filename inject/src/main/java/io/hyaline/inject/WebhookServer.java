package io.hyaline.inject;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Webhooks over HTTPS, one AdmissionReview per request: path {@code /inject}, and what others want served beside it. */
public final class WebhookServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(WebhookServer.class);
    private static final String PATH = "/inject";
    /** What an API server accepts as one object, and the envelope around it. */
    private static final int MAX_BODY_BYTES = 4 << 20;

    private static final int MAX_CONCURRENT = 64;
    private static final int BACKLOG = 128;

    private final HttpsServer server;
    private final ExecutorService threads;
    private final Semaphore places = new Semaphore(MAX_CONCURRENT);
    private final Map<String, UnaryOperator<byte[]>> reviewers = new TreeMap<>();

    private WebhookServer(HttpsServer server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    /**
     * Listens on {@code address}; port 0 takes any free one, see {@link #port}.
     *
     * @param beside by path, from review to review; they throw IllegalArgumentException when there is nobody to answer
     */
    public static WebhookServer start(
            InetSocketAddress address,
            SSLContext tls,
            InjectionConfig config,
            Map<String, UnaryOperator<byte[]>> beside) {
        try {
            HttpsServer https = HttpsServer.create(address, BACKLOG);
            https.setHttpsConfigurator(new HttpsConfigurator(tls));
            ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
            WebhookServer server = new WebhookServer(https, threads);
            server.reviewers.putAll(beside);
            server.reviewers.put(PATH, new AdmissionReview(new Injector(config))::answer);
            https.createContext("/", server::handle);
            https.setExecutor(threads);
            https.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException("the webhooks cannot listen on " + address + "; is the port taken?", e);
        }
    }

    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            UnaryOperator<byte[]> reviewer =
                    reviewers.get(exchange.getRequestURI().getPath());
            if (reviewer == null) {
                send(exchange, 404, "not found; the paths are " + reviewers.keySet());
            } else if (!exchange.getRequestMethod().equals("POST")) {
                send(exchange, 405, "POST an AdmissionReview");
            } else if (!places.tryAcquire()) {
                send(exchange, 503, "more than " + MAX_CONCURRENT + " reviews at once; try again");
            } else {
                try {
                    review(exchange, reviewer);
                } finally {
                    places.release();
                }
            }
        }
    }

    private static void review(HttpExchange exchange, UnaryOperator<byte[]> reviewer) throws IOException {
        byte[] body;
        try (InputStream in = exchange.getRequestBody()) {
            body = in.readNBytes(MAX_BODY_BYTES + 1);
        }
        if (body.length > MAX_BODY_BYTES) {
            send(exchange, 413, "a review may have " + MAX_BODY_BYTES + " bytes");
            return;
        }
        try {
            byte[] answer = reviewer.apply(body);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
        } catch (InjectException | IllegalArgumentException e) {
            log.warn("refused a request to {}: {}", exchange.getRequestURI(), e.getMessage());
            send(exchange, 400, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            log.error("a review failed", e);
            send(exchange, 500, "the review failed: " + e);
        }
    }

    private static void send(HttpExchange exchange, int code, String message) throws IOException {
        byte[] body = (message + "\n").getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        exchange.sendResponseHeaders(code, body.length);
        exchange.getResponseBody().write(body);
    }
}
