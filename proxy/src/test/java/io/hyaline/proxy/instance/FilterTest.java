package io.hyaline.proxy.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Copies and faults where only a running proxy can show them. */
class FilterTest {

    private static final int MEGABYTE = 1024 * 1024;

    private static final String FAULT = """
            http_filters:
            - name: fault
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault
                max_active_faults: 1
                delay: {header_delay: {}, percentage: {numerator: 100}}
            - name: router
              typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
            """;

    /** How many bytes came over a connection until it broke. */
    private static int readAll(Socket socket) throws Exception {
        int sum = 0;
        try (socket) {
            byte[] bytes = new byte[MEGABYTE];
            for (int n = socket.getInputStream().read(bytes);
                    n >= 0;
                    n = socket.getInputStream().read(bytes)) {
                sum += n;
            }
        } catch (SocketException reset) {
            return sum;
        }
        return sum;
    }

    @Test
    void aCopyThatNobodyReadsIsGivenUp() throws Exception {
        String body = "x".repeat(32 * MEGABYTE);
        CompletableFuture<String> answered = new CompletableFuture<>();
        try (ServerSocket deaf = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Socket copy;
            try (Origin origin = new Origin(request -> Origin.ok(String.valueOf(request.length() > 32 * MEGABYTE)));
                    Rig rig = new Rig()
                            .apply(Rig.http(
                                    "",
                                    "- {name: default, match: {prefix: /}, route: {cluster: o, request_mirror_policies: [{cluster: copy}]}}",
                                    Rig.cluster("o", origin.port()) + Rig.cluster("copy", deaf.getLocalPort())))) {
                Thread.ofVirtual().start(() -> {
                    try {
                        answered.complete(
                                rig.exchange("POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: "
                                        + body.length() + "\r\n\r\n" + body));
                    } catch (Exception e) {
                        answered.completeExceptionally(e);
                    }
                });
                copy = deaf.accept();
                assertThat(answered.get(60, TimeUnit.SECONDS)).endsWith("true");
            }
            // A connection that came about after the copy was given up is kept for others: it ends with the proxy.
            copy.setSoTimeout(15_000);
            assertThat(readAll(copy)).isLessThan(body.length());
        }
    }

    @Test
    void noMoreRequestsSufferThanAreAllowed() throws Exception {
        String get = "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nx-envoy-fault-delay-request: %d\r\n\r\n";
        try (Origin origin = new Origin(request -> Origin.ok("here"));
                Rig rig = new Rig()
                        .apply(Rig.http("", Rig.routeTo("o"), Rig.cluster("o", origin.port()))
                                .replaceAll("(?s) {10}http_filters:.*?\\n\\n", FAULT.indent(10) + "\n"))) {
            try (Socket waiting = rig.connect()) {
                Rig.send(waiting, get.formatted(3_600_000));
                rig.settled();
                // The first one waits for an hour, so nobody else is let wait.
                assertThat(rig.exchange(get.formatted(3_600_000))).endsWith("here");
            }
            assertThat(rig.lines(2).getLast()).contains(" 0 DI,DC ");
            assertThat(rig.exchange(get.formatted(1))).endsWith("here");
            assertThat(rig.lines(3).getLast()).contains(" 200 DI ");
        }
    }
}
