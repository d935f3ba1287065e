package io.hyaline.proxy.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The upstream closes a kept connection while the next request is on its way to it. */
class StaleConnectionTest {

    private static final String GET = "GET /p HTTP/1.1\r\nHost: h\r\n\r\n";

    private static Rig rig(Origin origin) throws Exception {
        return new Rig().apply(Rig.http("", Rig.routeTo("o"), Rig.cluster("o", origin.port())));
    }

    @ParameterizedTest
    @CsvSource({
        "'GET /p HTTP/1.1\r\nHost: h\r\n\r\n', 200, 3",
        "'DELETE /p HTTP/1.1\r\nHost: h\r\n\r\n', 200, 3",
        "'POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n', 503, 2",
        "'PUT /p HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc', 503, 2",
    })
    void isSentAgainWhenThatIsSafe(String request, int status, int seen) throws Exception {
        AtomicInteger requests = new AtomicInteger();
        try (Origin origin = new Origin(r -> requests.incrementAndGet() == 2 ? "" : Origin.ok("x"));
                Rig rig = rig(origin);
                Socket client = rig.connect()) {
            Rig.send(client, GET);
            Rig.until(client, "\r\n\r\nx");
            Rig.send(client, request);
            assertThat(Rig.until(client, "\r\n\r\n")).startsWith("HTTP/1.1 " + status);
            assertThat(origin.requests).hasSize(seen);
            assertThat(rig.lines(2).getLast()).contains(status == 200 ? " 200 - via_upstream " : " 503 UC ");
        }
    }

    @Test
    void onlyOnce_andNotOnAConnectionThatNeverWorked() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        try (Origin origin = new Origin(r -> requests.incrementAndGet() == 1 ? Origin.ok("x") : "");
                Rig rig = rig(origin);
                Socket client = rig.connect()) {
            Rig.send(client, GET);
            Rig.until(client, "\r\n\r\nx");
            for (int i = 0; i < 2; i++) {
                Rig.send(client, GET);
                assertThat(Rig.until(client, "connection termination")).startsWith("HTTP/1.1 503");
            }
            // first, again on a new connection; then on a new one alone
            assertThat(origin.requests).hasSize(4);
        }
    }
}
