package io.hyaline.proxy.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hyaline.proxy.plan.RejectedResource;
import java.net.Socket;
import org.junit.jupiter.api.Test;

class ApplyTest {

    private static final String GET = "GET /p HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final String OTHER_CONNECTIONS = "common_http_protocol_options: {idle_timeout: 77s}";

    @Test
    void aChangedChainHoldsForTheVeryNextRequestOfAnOpenConnection() throws Exception {
        try (Origin origin = new Origin(r -> Origin.ok("x"));
                Rig rig = new Rig().apply(Rig.http("", Rig.routeTo("o"), Rig.cluster("o", origin.port())));
                Socket open = rig.connect()) {
            Rig.send(open, GET);
            Rig.until(open, "\r\n\r\nx");
            int before = rig.port();
            rig.apply(Rig.http("use_remote_address: true", Rig.routeTo("o"), Rig.cluster("o", origin.port())));
            assertThat(rig.port()).isEqualTo(before);
            Rig.send(open, GET);
            assertThat(Rig.until(open, "\r\n\r\nx")).doesNotContain("connection: close");
            assertThat(origin.requests.get(0)).doesNotContain("x-forwarded-for");
            assertThat(origin.requests.get(1)).contains("x-forwarded-for: 10.9.9.9\r\n");
            assertThat(origin.connections).hasSize(1);
        }
    }

    @Test
    void whatAConnectionTookForItsWholeLifeEndsIt() throws Exception {
        try (Origin origin = new Origin(r -> Origin.ok("x"));
                Rig rig = new Rig().apply(Rig.http("", Rig.routeTo("o"), Rig.cluster("o", origin.port())));
                Socket idle = rig.connect()) {
            Rig.send(idle, GET);
            Rig.until(idle, "\r\n\r\nx");
            rig.apply(Rig.http(OTHER_CONNECTIONS, Rig.routeTo("o"), Rig.cluster("o", origin.port())));
            assertThat(idle.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void aBusyConnectionEndsAfterItsAnswer() throws Exception {
        java.util.concurrent.CountDownLatch go = new java.util.concurrent.CountDownLatch(1);
        try (Origin origin = new Origin(r -> {
                    try {
                        go.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return Origin.ok("x");
                });
                Rig rig = new Rig().apply(Rig.http("", Rig.routeTo("o"), Rig.cluster("o", origin.port())));
                Socket busy = rig.connect()) {
            Rig.send(busy, GET);
            org.awaitility.Awaitility.await().until(() -> !origin.requests.isEmpty());
            rig.apply(Rig.http(OTHER_CONNECTIONS, Rig.routeTo("o"), Rig.cluster("o", origin.port())));
            rig.settled();
            go.countDown();
            assertThat(Rig.until(busy, "\r\n\r\nx")).contains("connection: close\r\n");
            assertThat(busy.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void whoTakesLeaveServesOnAndEndsConnectionsWithTheirNextAnswer() throws Exception {
        try (Origin origin = new Origin(r -> Origin.ok("x"));
                Rig rig = new Rig().apply(Rig.http("", Rig.routeTo("o"), Rig.cluster("o", origin.port())));
                Socket early = rig.connect();
                Socket idle = rig.connect()) {
            for (Socket socket : java.util.List.of(early, idle)) {
                Rig.send(socket, GET);
                Rig.until(socket, "\r\n\r\nx");
            }
            assertThat(rig.instance.drain(false)).isEqualTo(2);
            Rig.send(early, GET);
            assertThat(Rig.until(early, "\r\n\r\nx")).contains("connection: close\r\n");
            try (Socket late = rig.connect()) {
                Rig.send(late, GET);
                assertThat(Rig.until(late, "\r\n\r\nx")).contains("connection: close\r\n");
            }
            rig.instance.drain(true);
            assertThat(idle.getInputStream().read()).isEqualTo(-1);
            org.awaitility.Awaitility.await().until(() -> rig.instance.drain(true) == 0);
        }
    }

    @Test
    void anUnchangedChainKeepsItsConnections() throws Exception {
        try (Origin origin = new Origin(r -> Origin.ok("x"));
                Origin other = new Origin(r -> Origin.ok("y"));
                Rig rig = new Rig().apply(Rig.http("", Rig.routeTo("o"), Rig.cluster("o", origin.port())));
                Socket socket = rig.connect()) {
            Rig.send(socket, GET);
            Rig.until(socket, "\r\n\r\nx");
            rig.apply(Rig.http("", Rig.routeTo("o"), Rig.cluster("o", other.port())));
            Rig.send(socket, GET);
            Rig.until(socket, "\r\n\r\ny");
        }
    }

    @Test
    void refusesWhatItCannotServeByName() throws Exception {
        try (Origin origin = new Origin(r -> Origin.ok("x"));
                Rig rig = new Rig().apply(Rig.http("", Rig.routeTo("o"), Rig.cluster("o", origin.port())))) {
            assertThatThrownBy(() -> rig.apply(
                            Rig.http("proxy_100_continue: true", Rig.routeTo("o"), Rig.cluster("o", origin.port()))))
                    .isInstanceOf(RejectedResource.class)
                    .hasMessageContaining("'main'")
                    .hasMessageContaining("proxy_100_continue");
            assertThatThrownBy(() -> rig.apply(Rig.http("no_such_field: 1", Rig.routeTo("o"), "")))
                    .hasMessageContaining("no_such_field");
            assertThat(rig.exchange(GET.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n")))
                    .endsWith("x");
        }
    }

    @Test
    void aTcpConnectionEndsWithTheDrainTimeOfItsChain() throws Exception {
        try (Origin origin = new Origin(r -> Origin.ok("x"));
                Rig rig = new Rig(java.time.Duration.ofMillis(50))
                        .apply(Rig.tcp("in", "idle_timeout: 0s", Rig.cluster("o", origin.port())));
                Socket socket = rig.connect()) {
            Rig.send(socket, GET);
            Rig.until(socket, "\r\n\r\nx");
            rig.apply(Rig.tcp("in", "idle_timeout: 0s", Rig.cluster("o", origin.port())));
            Rig.send(socket, GET);
            Rig.until(socket, "\r\n\r\nx");
            rig.apply(Rig.tcp("other", "idle_timeout: 0s", Rig.cluster("o", origin.port())));
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void anAnswerThatNeverEndsIsCutWhenTheDrainTimeIsOver() throws Exception {
        try (Origin origin = new Origin(r -> "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc");
                Rig rig = new Rig(java.time.Duration.ofMillis(50))
                        .apply(Rig.http("", Rig.routeTo("o"), Rig.cluster("o", origin.port())));
                Socket socket = rig.connect()) {
            Rig.send(socket, GET);
            Rig.until(socket, "\r\n\r\nabc");
            rig.apply(Rig.http(OTHER_CONNECTIONS, Rig.routeTo("o"), Rig.cluster("o", origin.port())));
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }
}
