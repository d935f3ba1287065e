package io.hyaline.proxy.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real bytes through a whole instance. */
class HttpProxyTest {

    private static final String GET = "GET /p HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final String GET_CLOSE = "GET /p HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";

    private static Rig rig(Origin origin) throws Exception {
        return rig(origin, "");
    }

    private static Rig rig(Origin origin, String hcm) throws Exception {
        return new Rig().apply(Rig.http(hcm, Rig.routeTo("o"), Rig.cluster("o", origin.port())));
    }

    @Test
    void keepsConnectionsOnBothSides() throws Exception {
        try (Origin origin = new Origin(r -> Origin.ok("hello"));
                Rig rig = rig(origin);
                Socket socket = rig.connect()) {
            for (int i = 0; i < 3; i++) {
                Rig.send(socket, GET);
                assertThat(Rig.until(socket, "hello"))
                        .startsWith("HTTP/1.1 200 OK\r\n")
                        .contains("server: envoy\r\n")
                        .contains("x-envoy-upstream-service-time: ");
            }
            assertThat(origin.connections).hasSize(1);
            assertThat(origin.requests.getFirst())
                    .startsWith("GET /p HTTP/1.1\r\nhost: h\r\n")
                    .contains("x-forwarded-proto: http\r\n")
                    .contains("x-envoy-expected-rq-timeout-ms: 15000\r\n")
                    .containsPattern(
                            "x-request-id: [0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\r\n")
                    .doesNotContain("x-forwarded-for");
            assertThat(rig.lines(3)).containsOnly("GET /p 200 - via_upstream 0 5 default");
        }
    }

    @Test
    void answersPipelinedRequestsInOrder() throws Exception {
        try (Origin origin = new Origin(r -> Origin.ok(r.substring(4, 6)));
                Rig rig = rig(origin);
                Socket socket = rig.connect()) {
            Rig.send(
                    socket,
                    "GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\nGET /3 HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(Rig.until(socket, "\r\n\r\n/1")).contains("200");
            assertThat(Rig.until(socket, "\r\n\r\n/2")).contains("200");
            assertThat(Rig.until(socket, "\r\n\r\n/3")).contains("200");
        }
    }

    @Test
    void passesBodiesOfKnownAndUnknownLength() throws Exception {
        String big = "z".repeat(300_000);
        try (Origin origin = new Origin(r -> r.contains("chunked")
                        ? "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n"
                        : Origin.ok(big));
                Rig rig = rig(origin);
                Socket socket = rig.connect()) {
            Rig.send(socket, "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 300000\r\n\r\n" + big);
            assertThat(Rig.until(socket, big)).contains("content-length: 300000\r\n");
            Rig.send(
                    socket,
                    "POST /p HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nt: 1\r\n\r\n");
            assertThat(Rig.until(socket, "0\r\n\r\n"))
                    .contains("transfer-encoding: chunked\r\n")
                    .endsWith("5\r\nabcde\r\n0\r\n\r\n");
            assertThat(origin.requests.get(0)).endsWith("\r\n\r\n" + big);
            assertThat(origin.requests.get(1)).endsWith("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
            assertThat(rig.lines(2))
                    .containsExactly(
                            "POST /p 200 - via_upstream 300000 300000 default",
                            "POST /p 200 - via_upstream 5 5 default");
        }
    }

    @Test
    void readsAnAnswerThatEndsWithItsConnection() throws Exception {
        try (Origin origin = new Origin(r -> "HTTP/1.1 200 OK\r\n\r\nuntil the end<close>");
                Rig rig = rig(origin)) {
            assertThat(rig.exchange(GET_CLOSE))
                    .contains("transfer-encoding: chunked\r\n")
                    .contains("until the end\r\n0\r\n\r\n");
        }
    }

    @ParameterizedTest
    @CsvSource({"HEAD, 200, content-length: 5", "GET, 304, etag: x", "GET, 204, etag: x"})
    void answersWithoutBodies(String method, int status, String header) throws Exception {
        try (Origin origin = new Origin(r -> "HTTP/1.1 " + status + " x\r\n" + header + "\r\n\r\n");
                Rig rig = rig(origin)) {
            assertThat(rig.exchange(method + " / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 " + status)
                    .contains(header)
                    .doesNotContain("chunked")
                    .endsWith("\r\n\r\n");
        }
    }

    @Test
    void answersExpectations() throws Exception {
        try (Origin origin = new Origin(r -> Origin.ok("done"));
                Rig rig = rig(origin);
                Socket socket = rig.connect()) {
            Rig.send(socket, "PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
            assertThat(Rig.until(socket, "\r\n\r\n")).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            Rig.send(socket, "ab");
            assertThat(Rig.until(socket, "done")).contains("200 OK");
            assertThat(origin.requests.getFirst()).doesNotContain("expect:");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            GET / HTTP/1.1~Host: a~Content-Length: 5~Transfer-Encoding: chunked~~ | 400 | DPE
            GET / HTTP/1.1~Host: a~Content-Length: 5~Content-Length: 5~~ | 400 | DPE
            GET / HTTP/1.1~Host: a~Content-Length: +5~~ | 400 | DPE
            GET / HTTP/1.1~Host: a~Transfer-Encoding: chunked, identity~~ | 501 | DPE
            GET / HTTP/1.1~Host: a~Transfer-Encoding : chunked~~ | 400 | DPE
            GET / HTTP/1.1~~ | 400 | -
            GET / HTTP/1.1~Host: a~Host: b~~ | 400 | DPE
            GET / HTTP/1.0~Host: a~~ | 426 | DPE
            """)
    void refusesWhatCouldSmuggle(String request, int status, String flags) throws Exception {
        try (Origin origin = new Origin(r -> Origin.ok("never"));
                Rig rig = rig(origin)) {
            assertThat(rig.exchange(request.replace("~", "\r\n")))
                    .containsPattern("^HTTP/1\\.[01] " + status + " ")
                    .contains("connection: close\r\n");
            assertThat(rig.lines(1).getFirst()).contains(" " + status + " " + flags + " ");
            assertThat(origin.requests).isEmpty();
        }
    }

    @Test
    void refusesHeadsBeyondTheBound() throws Exception {
        try (Origin origin = new Origin(r -> Origin.ok("never"));
                Rig rig = rig(origin)) {
            assertThat(rig.exchange("GET / HTTP/1.1\r\nHost: a\r\nx: " + "y".repeat(62_000)))
                    .startsWith("HTTP/1.1 431");
        }
    }

    @Test
    void brokenChunksEndBothSides() throws Exception {
        try (Origin origin = new Origin(r -> Origin.ok("never"));
                Rig rig = rig(origin)) {
            assertThat(rig.exchange("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"))
                    .startsWith("HTTP/1.1 400")
                    .contains("connection: close");
            assertThat(rig.lines(1).getFirst()).contains(" 400 DPE ");
        }
    }

    @Test
    void tellsWhyThereIsNoUpstream() throws Exception {
        int closed;
        try (ServerSocket socket = new ServerSocket(0)) {
            closed = socket.getLocalPort();
        }
        String routes = """
                - {match: {prefix: /refused}, route: {cluster: refused}}
                - {match: {prefix: /empty}, route: {cluster: empty}}
                - {match: {prefix: /missing}, route: {cluster: missing}}
                - {match: {prefix: /direct}, direct_response: {status: 418, body: {inline_string: tea}}}
                - {match: {prefix: /away}, redirect: {https_redirect: true, host_redirect: other}}
                """;
        String empty = "- {name: empty, type: STATIC, connect_timeout: 1s}\n";
        try (Rig rig = new Rig().apply(Rig.http("", routes, Rig.cluster("refused", closed) + empty));
                Socket socket = rig.connect()) {
            Rig.send(socket, "GET /refused HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(Rig.until(socket, "reset reason: remote connection failure"))
                    .startsWith("HTTP/1.1 503 Service Unavailable\r\n")
                    .contains("upstream connect error or disconnect/reset before headers.");
            Rig.send(socket, "GET /empty HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(Rig.until(socket, "no healthy upstream")).contains(" 503 ");
            Rig.send(socket, "GET /missing HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(Rig.until(socket, "\r\n\r\n")).contains(" 503 ");
            Rig.send(socket, "GET /direct HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(Rig.until(socket, "tea")).contains(" 418 ");
            Rig.send(socket, "GET /away?x HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(Rig.until(socket, "\r\n\r\n")).contains(" 301 ").contains("location: https://other/away?x\r\n");
            Rig.send(socket, "GET /none HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(Rig.until(socket, "\r\n\r\n")).contains(" 404 ");
            assertThat(rig.lines(6))
                    .extracting(line -> line.split(" ")[3])
                    .containsExactly("UF", "UH", "NC", "-", "-", "NR");
        }
    }

    @Test
    void noticesClientsThatGoAway() throws Exception {
        try (Origin origin = new Origin(r -> {
                    java.util.concurrent.locks.LockSupport.parkNanos(300_000_000L);
                    return Origin.ok("late");
                });
                Rig rig = rig(origin)) {
            try (Socket socket = rig.connect()) {
                Rig.send(socket, GET);
                org.awaitility.Awaitility.await().until(() -> !origin.requests.isEmpty());
            }
            assertThat(rig.lines(1)).containsExactly("GET /p 0 DC downstream_remote_disconnect 0 0 default");
        }
    }
}
