package io.hyaline.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class PaceTest {

    private final AtomicInteger served = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private int status = 200;
    private HttpServer server;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            served.incrementAndGet();
            exchange.sendResponseHeaders(status, 2);
            exchange.getResponseBody().write(new byte[2]);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.close();
    }

    @Test
    void sendsWhatWasAskedForAndRecordsWhatFollowsTheSettling() throws InterruptedException {
        String result = Pace.run(line("100 4 0.2 0.4"));
        assertThat(result).contains("\"requests\":40,").contains("\"failed\":0,");
        assertThat(served).hasValue(60);
    }

    @Test
    void anAnswerThatIsNotGoodIsCountedAndNamed() throws InterruptedException {
        status = 503;
        assertThat(Pace.run(line("50 2 0 0.2"))).contains("\"failed\":10,\"failure\":\"status 503\"");
    }

    @Test
    void aWrongLineIsAnsweredWithAnError() throws InterruptedException {
        assertThat(Pace.run("127.0.0.1 80")).isEqualTo("{\"error\":\"expected 7 fields, got 2\"}");
        assertThat(Pace.run(line("0 2 0 1"))).startsWith("{\"error\":");
    }

    @Test
    void nobodyListeningIsAFailureOfEachRequest() throws InterruptedException {
        server.stop(0);
        assertThat(Pace.run(line("50 2 0 0.2"))).contains("\"requests\":0,\"failed\":10,");
    }

    private String line(String rest) {
        return "127.0.0.1 " + server.getAddress().getPort() + " / " + rest;
    }
}
