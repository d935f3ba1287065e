package io.hyaline.proxy.agent;

import io.hyaline.proxy.socket.Sockets;
import io.netty.handler.codec.http.HttpMethod;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Metrics of sidecar and application together. An application that does not answer takes nothing away from the sidecar's. */
record Scrape(Sockets sockets, @Nullable AppMetrics application) {

    static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private static final Logger LOG = LoggerFactory.getLogger(Scrape.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int GOOD = 200;

    /** An answer to a scraper. */
    record Page(String type, String body) {}

    /**
     * The sidecar's metrics, then the application's: OpenMetrics ends with a mark after which nothing may come.
     *
     * @param accept what the scraper takes
     */
    CompletionStage<Page> merged(CompletionStage<String> sidecar, String accept) {
        AppMetrics from = application;
        if (from == null) {
            return sidecar.thenApply(text -> new Page(TEXT, text));
        }
        InetSocketAddress server = new InetSocketAddress(InetAddress.getLoopbackAddress(), from.port());
        CompletableFuture<Page> own = Fetch.send(
                        sockets, new Fetch.Request(HttpMethod.GET, server, from.path(), accept, PATIENCE))
                .thenApply(answer -> page(from, answer))
                .exceptionally(failure -> nothing(from, String.valueOf(failure.getMessage())));
        return sidecar.thenCombine(own, (text, page) -> new Page(page.type(), text + page.body()));
    }

    private static Page page(AppMetrics from, Fetch.Answer answer) {
        if (answer.status() != GOOD) {
            return nothing(from, "status " + answer.status());
        }
        boolean open = answer.type().startsWith("application/openmetrics-text");
        return new Page(open ? answer.type() : TEXT, answer.body());
    }

    private static Page nothing(AppMetrics from, String reason) {
        LOG.debug("no metrics of the application at {}{}: {}", from.port(), from.path(), reason);
        return new Page(TEXT, "");
    }
}
