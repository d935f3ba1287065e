package io.hyaline.proxy.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RetryAndTimeoutTest {

    private static final String GET_CLOSE = "GET /p HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";

    private static Rig rig(Origin origin, String route) throws Exception {
        return new Rig()
                .apply(Rig.http(
                        "",
                        "- {name: default, match: {prefix: /}, route: {cluster: o, " + route + "}}",
                        Rig.cluster("o", origin.port())));
    }

    @Test
    void triesAgainOnServerErrorsAndResets() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        try (Origin origin = new Origin(r -> switch (calls.incrementAndGet()) {
                    case 1 -> "HTTP/1.1 503 x\r\ncontent-length: 0\r\n\r\n";
                    case 2 -> "";
                    default -> Origin.ok("third");
                });
                Rig rig = rig(origin, "retry_policy: {retry_on: 5xx, num_retries: 3}")) {
            assertThat(rig.exchange("POST /p HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc"))
                    .endsWith("third");
            assertThat(origin.requests).hasSize(3).allSatisfy(r -> assertThat(r).endsWith("\r\n\r\nabc"));
            assertThat(rig.lines(1)).containsExactly("POST /p 200 - via_upstream 3 5 default");
        }
    }

    @Test
    void givesUpAfterTheLastRetry() throws Exception {
        try (Origin origin = new Origin(r -> "");
                Rig rig = rig(origin, "retry_policy: {retry_on: reset, num_retries: 1}")) {
            assertThat(rig.exchange(GET_CLOSE)).startsWith("HTTP/1.1 503").contains("connection termination");
            assertThat(origin.requests).hasSize(2);
            assertThat(rig.lines(1).getFirst()).contains(" 503 URX,UC ");
        }
    }

    @Test
    void doesNotRetryUnasked() throws Exception {
        try (Origin origin = new Origin(r -> "");
                Rig rig = rig(origin, "timeout: 3s")) {
            assertThat(rig.exchange(GET_CLOSE)).startsWith("HTTP/1.1 503");
            assertThat(origin.requests).hasSize(1);
        }
    }

    @Test
    void timesOut() throws Exception {
        try (Origin origin = new Origin(r -> {
                    java.util.concurrent.locks.LockSupport.parkNanos(2_000_000_000L);
                    return Origin.ok("late");
                });
                Rig rig = rig(origin, "timeout: 0.1s");
                Socket socket = rig.connect()) {
            Rig.send(socket, "GET /p HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(Rig.until(socket, "upstream request timeout")).startsWith("HTTP/1.1 504 Gateway Timeout");
            assertThat(rig.lines(1)).containsExactly("GET /p 504 UT response_timeout 0 24 default");
        }
    }

    @Test
    void anAnswerCutShortClosesTheClient() throws Exception {
        try (Origin origin = new Origin(r -> "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc<close>");
                Rig rig = rig(origin, "timeout: 3s")) {
            assertThat(rig.exchange("GET /p HTTP/1.1\r\nHost: h\r\n\r\n")).endsWith("abc");
            assertThat(rig.lines(1).getFirst()).startsWith("GET /p 200 UPE ");
        }
    }

    @Test
    void upgradesBecomeTunnels() throws Exception {
        String hcm = "upgrade_configs: [{upgrade_type: websocket}]";
        try (Origin origin = new Origin(
                        r ->
                                "HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\nfirst<close>");
                Rig rig = new Rig().apply(Rig.http(hcm, Rig.routeTo("o"), Rig.cluster("o", origin.port())))) {
            assertThat(rig.exchange("GET /ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"))
                    .startsWith("HTTP/1.1 101 Switching Protocols\r\n")
                    .contains("upgrade: websocket\r\n")
                    .endsWith("\r\n\r\nfirst");
            assertThat(origin.requests.getFirst())
                    .contains("upgrade: websocket\r\n")
                    .contains("connection: Upgrade\r\n");
        }
    }

    @Test
    void upgradesThatNobodyAllowedAreRefused() throws Exception {
        try (Origin origin = new Origin(r -> Origin.ok("never"));
                Rig rig = rig(origin, "timeout: 3s")) {
            assertThat(rig.exchange(
                            "GET /ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n\r\n"))
                    .startsWith("HTTP/1.1 403");
        }
    }
}
