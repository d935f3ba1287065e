package io.hyaline.proxy.instance;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.proxy.instance.FramePeer.Frame;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real frames through a whole instance. */
class Http2ServerTest {

    private static final int PROTOCOL_ERROR = 1;
    private static final int REFUSED_STREAM = 7;
    private static final int ENHANCE_YOUR_CALM = 11;
    private static final String DIRECT =
            "- {name: direct, match: {prefix: /direct}, direct_response: {status: 200, body: {inline_string: tea}}}\n";

    private static Rig rig(Origin origin, String hcm) throws Exception {
        return new Rig().apply(Rig.http(hcm, DIRECT + Rig.routeTo("o"), Rig.cluster("o", origin.port())));
    }

    @Test
    void carriesRequestsToHttp1AndBack() throws Exception {
        try (Origin origin = new Origin(r -> Origin.ok("hello"));
                Rig rig = rig(origin, "");
                FramePeer peer = FramePeer.connect(rig)) {
            peer.fields(
                    1,
                    false,
                    ":method",
                    "POST",
                    ":scheme",
                    "http",
                    ":path",
                    "/p?q",
                    ":authority",
                    "h",
                    "host",
                    "other",
                    "cookie",
                    "a=1",
                    "te",
                    "trailers",
                    "cookie",
                    "b=2");
            peer.data(1, false, "ab");
            peer.data(1, false, "cd");
            peer.fields(1, true, "x-sum", "4");
            assertThat(peer.answer(1))
                    .startsWith(":status: 200\n")
                    .contains("content-length: 5\n")
                    .contains("server: envoy\n")
                    .doesNotContain("connection")
                    .endsWith("hello");
            assertThat(origin.requests.getFirst())
                    .startsWith("POST /p?q HTTP/1.1\r\nhost: h\r\n")
                    .contains("cookie: a=1; b=2\r\n")
                    .contains("te: trailers\r\n")
                    .contains("transfer-encoding: chunked\r\n")
                    .doesNotContain("other")
                    .endsWith("0\r\n\r\n");
            peer.fields(3, true, ":method", "HEAD", ":scheme", "http", ":path", "/direct", ":authority", "h");
            assertThat(peer.answer(3)).startsWith(":status: 200\n").contains("content-length: 3\n");
            assertThat(rig.lines(2))
                    .containsExactly(
                            "POST /p?q 200 - via_upstream 4 5 default",
                            "HEAD /direct 200 - direct_response 0 0 direct");
        }
    }

    @Test
    void answersInTheOrderOfTheAnswers() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        try (Origin origin = new Origin(r -> {
                    if (r.startsWith("GET /slow")) {
                        try {
                            go.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    }
                    return Origin.ok(r.substring(4, 9));
                });
                Rig rig = rig(origin, "");
                FramePeer peer = FramePeer.connect(rig)) {
            peer.get(1, "/slow");
            peer.get(3, "/fast");
            assertThat(peer.answer(3)).endsWith("/fast");
            go.countDown();
            assertThat(peer.answer(1)).endsWith("/slow");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            :method GET :scheme http :authority h
            :method GET :path / :authority h
            :scheme http :path / :authority h
            :method GET :scheme http :path / :path / :authority h
            :method GET :scheme http :path / :authority h :status 200
            :method GET :scheme http :path / :authority h :protocol websocket
            :method CONNECT :scheme http :path / :authority h
            :method GET :scheme http :path x :authority h
            :method GET :scheme http :path / :authority h Upper x
            :method GET :scheme http :path / :authority h connection close
            :method GET :scheme http :path / :authority h transfer-encoding chunked
            :method GET :scheme http :path / :authority h upgrade h2c
            :method GET :scheme http :path / :authority h te gzip
            :method GET :scheme http :path / :authority h content-length 1
            :method GET :scheme http :path / :authority h content-length x
            :method GET :scheme http :path / :authority h host a host b
            """)
    void resetsBrokenRequests(String fields) throws Exception {
        try (Origin origin = new Origin(r -> Origin.ok("x"));
                Rig rig = rig(origin, "");
                FramePeer peer = FramePeer.connect(rig)) {
            String[] words = fields.trim().split(" ");
            if (fields.contains("host a")) {
                words = fields.replace(":authority h ", "").trim().split(" ");
            }
            peer.fields(1, true, words);
            assertThat(peer.next(FramePeer.RST_STREAM, 1).number()).isEqualTo(PROTOCOL_ERROR);
            peer.get(3, "/direct");
            assertThat(peer.answer(3)).endsWith("tea");
            assertThat(rig.lines(1).getFirst()).contains(" DPE http2.violation.of.messaging.rule ");
            assertThat(origin.requests).isEmpty();
        }
    }

    @Test
    void refusesWhatHttp1Refuses() throws Exception {
        try (Origin origin = new Origin(r -> Origin.ok("x"));
                Rig rig = rig(
                        origin, "max_request_headers_kb: 1\ncommon_http_protocol_options: {max_headers_count: 10}");
                FramePeer peer = FramePeer.connect(rig)) {
            peer.fields(1, true, ":method", "GET", ":scheme", "http", ":path", "/");
            assertThat(peer.answer(1)).startsWith(":status: 400\n");
            peer.fields(
                    3,
                    true,
                    ":method",
                    "GET",
                    ":scheme",
                    "http",
                    ":path",
                    "/",
                    ":authority",
                    "h",
                    "x",
                    "y".repeat(1500));
            assertThat(peer.answer(3)).startsWith(":status: 431\n");
            peer.fields(5, true, ":method", "GET", ":scheme", "http", ":path", "/", ":authority", "a b");
            assertThat(peer.answer(5)).startsWith(":status: 400\n");
            peer.fields(7, true, ":method", "CONNECT", ":authority", "h:1");
            assertThat(peer.answer(7)).startsWith(":status: 404\n");
        }
    }

    @Test
    void keepsToTheWindowOfItsClient() throws Exception {
        String big = "z".repeat(200_000);
        try (Origin origin = new Origin(r -> Origin.ok(big));
                Rig rig = rig(origin, "");
                FramePeer peer = FramePeer.connect(rig)) {
            peer.get(1, "/");
            int received = 0;
            while (received < 65_535) {
                received += peer.next(FramePeer.DATA, 1).text().length();
            }
            assertThat(received).isEqualTo(65_535);
            peer.frame(FramePeer.PING, 0, 0, new byte[8]);
            assertThat(peer.next().type()).isEqualTo(FramePeer.PING);
            peer.frame(FramePeer.WINDOW_UPDATE, 0, 0, FramePeer.number(1_000_000));
            peer.frame(FramePeer.WINDOW_UPDATE, 0, 1, FramePeer.number(1_000_000));
            Frame last = peer.next(FramePeer.DATA, 1);
            received += last.text().length();
            while (!last.ends()) {
                last = peer.next(FramePeer.DATA, 1);
                received += last.text().length();
            }
            assertThat(received).isEqualTo(200_000);
        }
    }

    @Test
    void tellsClientsThatGiveUp() throws Exception {
        try (Origin origin = new Origin(r -> {
                    java.util.concurrent.locks.LockSupport.parkNanos(300_000_000L);
                    return Origin.ok("late");
                });
                Rig rig = rig(origin, "");
                FramePeer peer = FramePeer.connect(rig)) {
            peer.get(1, "/gone");
            Awaitility.await().until(() -> !origin.requests.isEmpty());
            peer.frame(FramePeer.RST_STREAM, 0, 1, FramePeer.number(8));
            assertThat(rig.lines(1)).containsExactly("GET /gone 0 DR http2.remote_reset 0 0 default");
            peer.get(3, "/direct");
            assertThat(peer.answer(3)).endsWith("tea");
        }
    }

    @Test
    void drainsInTwoSteps() throws Exception {
        try (Origin origin = new Origin(r -> Origin.ok("x"));
                Rig rig = rig(origin, "");
                FramePeer peer = FramePeer.connect(rig)) {
            peer.get(1, "/direct");
            peer.answer(1);
            rig.apply(Rig.http("max_request_headers_kb: 50", Rig.routeTo("o"), Rig.cluster("o", origin.port())));
            Frame notice = peer.next(FramePeer.GOAWAY, 0);
            assertThat(notice.number()).isEqualTo(Integer.MAX_VALUE);
            Frame ping = peer.next(FramePeer.PING, 0);
            peer.get(3, "/direct");
            peer.frame(FramePeer.PING, 1, 0, ping.text().getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
            List<Frame> rest = new ArrayList<>();
            for (Frame frame = peer.next(); frame != null; frame = peer.next()) {
                rest.add(frame);
            }
            assertThat(rest).extracting(Frame::text).contains("tea");
            assertThat(rest)
                    .filteredOn(frame -> frame.type() == FramePeer.GOAWAY)
                    .singleElement()
                    .satisfies(last -> assertThat(last.number()).isEqualTo(3));
        }
    }

    @Test
    void endsAfterItsLastRequest() throws Exception {
        try (Origin origin = new Origin(r -> Origin.ok("x"));
                Rig rig = rig(
                        origin, "common_http_protocol_options: {max_requests_per_connection: 1}\ndrain_timeout: 0.1s");
                FramePeer peer = FramePeer.connect(rig)) {
            peer.get(1, "/direct");
            assertThat(peer.next(FramePeer.GOAWAY, 0).number()).isEqualTo(Integer.MAX_VALUE);
            assertThat(peer.answer(1)).endsWith("tea");
            assertThat(peer.next(FramePeer.GOAWAY, 0).number()).isEqualTo(1);
            assertThat(peer.next()).isNull();
        }
    }

    @Test
    void boundsConcurrentRequests() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        try (Origin origin = new Origin(r -> {
                    try {
                        go.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return Origin.ok("x");
                });
                Rig rig = rig(origin, "http2_protocol_options: {max_concurrent_streams: 2}");
                FramePeer peer = FramePeer.connect(rig)) {
            peer.get(1, "/");
            peer.get(3, "/");
            peer.get(5, "/");
            assertThat(peer.next(FramePeer.RST_STREAM, 5).number()).isEqualTo(REFUSED_STREAM);
            go.countDown();
            assertThat(peer.answer(1)).endsWith("x");
        }
    }

    private static int floodCode(FramePeer peer) throws Exception {
        return peer.next(FramePeer.GOAWAY, 0).code();
    }

    @ParameterizedTest
    @CsvSource({"reset", "empty", "priority", "window", "continuation"})
    void endsFloods(String kind) throws Exception {
        try (Origin origin = new Origin(r -> Origin.ok("x"));
                Rig rig = rig(origin, "");
                FramePeer peer = FramePeer.connect(rig)) {
            switch (kind) {
                case "reset" -> {
                    for (int stream = 1; stream < 600; stream += 2) {
                        peer.fields(
                                stream, false, ":method", "GET", ":scheme", "http", ":path", "/", ":authority", "h");
                        peer.frame(FramePeer.RST_STREAM, 0, stream, FramePeer.number(8));
                    }
                }
                case "empty" -> {
                    peer.fields(1, false, ":method", "POST", ":scheme", "http", ":path", "/", ":authority", "h");
                    peer.data(1, false, "");
                    peer.data(1, false, "");
                }
                case "priority" -> {
                    for (int i = 0; i < 102; i++) {
                        peer.frame(FramePeer.PRIORITY, 0, 1, (byte) 0, (byte) 0, (byte) 0, (byte) 0, (byte) 1);
                    }
                }
                case "window" -> {
                    for (int i = 0; i < 8; i++) {
                        peer.frame(FramePeer.WINDOW_UPDATE, 0, 0, FramePeer.number(1));
                    }
                }
                default -> {
                    peer.frame(FramePeer.HEADERS, 0, 1, (byte) 0x82);
                    for (int i = 0; i < 40; i++) {
                        peer.frame(9, 0, 1);
                    }
                }
            }
            assertThat(floodCode(peer)).isEqualTo(ENHANCE_YOUR_CALM);
        }
    }
}
