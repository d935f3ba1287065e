package io.hyaline.proxy.head;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadScannerTest {

    private static final String REQUEST =
            "GET /a/b?c=d HTTP/1.1\r\nHost: Example.com\r\nX-Long:   some value of words \t\r\n"
                    + "accept-language: de\r\nX-Request-ID: 1\r\nEmpty:\r\n\r\n";

    private static ByteBuf bytes(String text) {
        return Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static HeadScanner scanner() {
        return new HeadScanner(true, 61440, 100);
    }

    @Test
    void readsARequestCutAnywhere() {
        for (int cut = 1; cut < REQUEST.length(); cut++) {
            Head head = new Head();
            HeadScanner scanner = scanner();
            assertThat(scanner.feed(bytes(REQUEST.substring(0, cut)), head)).isEqualTo(HeadScanner.Outcome.MORE);
            ByteBuf rest = bytes(REQUEST.substring(cut) + "body");
            assertThat(scanner.feed(rest, head)).isEqualTo(HeadScanner.Outcome.DONE);
            assertThat(rest.toString(StandardCharsets.ISO_8859_1)).isEqualTo("body");
            assertThat(head.method()).isEqualTo("GET");
            assertThat(head.path()).isEqualTo("/a/b?c=d");
            assertThat(head.value(HeaderName.HOST)).isEqualTo("Example.com");
            assertThat(head.value(HeaderName.of("x-long"))).isEqualTo("some value of words");
            assertThat(head.value(HeaderName.X_REQUEST_ID)).isEqualTo("1");
            assertThat(head.value(HeaderName.of("empty"))).isEmpty();
            assertThat(head.value(HeaderName.of("absent"))).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\n\r\n",
                "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
                "GET / HTTP/1.1\r\n Host: a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n",
                "GET / HTTP/1.1\r\n: a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost\r\n\r\n",
                "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
                "G(T / HTTP/1.1\r\nHost: a\r\n\r\n",
                "get / HTTP/1.1\r\nHost: a\r\n\r\n",
                "\u0016\u0003\u0001 a TLS handshake that has no end of line",
                "GET / HTTP/1.11\r\nHost: a\r\n\r\n",
            })
    void refusesWhatCouldBeReadTwoWays(String text) {
        assertThat(scanner().feed(bytes(text), new Head()))
                .isIn(
                        HeadScanner.Outcome.MALFORMED,
                        HeadScanner.Outcome.BAD_CHARACTER,
                        HeadScanner.Outcome.BAD_VERSION);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: a\0b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: aaaaaaaaaaaaaaaaaaaaaaaa\u007f\r\n\r\n",
                "GET / HTTP/1.1\r\nHo\0st: a\r\n\r\n",
                "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n",
            })
    void namesCharactersThatNoHeadMayHave(String text) {
        assertThat(scanner().feed(bytes(text), new Head())).isEqualTo(HeadScanner.Outcome.BAD_CHARACTER);
    }

    @Test
    void boundsBytesAndHeaders() {
        String many = "GET / HTTP/1.1\r\n" + "a: b\r\n".repeat(101) + "\r\n";
        assertThat(scanner().feed(bytes(many), new Head())).isEqualTo(HeadScanner.Outcome.TOO_MANY);
        String big = "GET / HTTP/1.1\r\na: " + "b".repeat(61440) + "\r\n\r\n";
        assertThat(scanner().feed(bytes(big), new Head())).isEqualTo(HeadScanner.Outcome.TOO_LARGE);
        assertThat(scanner().feed(bytes("GET / HTTP/2.0\r\n\r\n"), new Head()))
                .isEqualTo(HeadScanner.Outcome.BAD_VERSION);
        assertThat(scanner().feed(bytes("GET /\r\nHost: a\r\n\r\n"), new Head()))
                .isEqualTo(HeadScanner.Outcome.BAD_VERSION);
    }

    @Test
    void editsAreWrittenInPlaceAndAtTheEnd() {
        Head head = new Head();
        scanner().feed(bytes(REQUEST), head);
        head.hostAt(head.find(HeaderName.HOST));
        head.set(HeaderName.X_REQUEST_ID, "2");
        head.remove(HeaderName.of("accept-language"));
        head.add(HeaderName.X_FORWARDED_FOR, "10.0.0.1");
        head.path("/z");
        ByteBuf written = new HeadWriter().request(head, UnpooledByteBufAllocator.DEFAULT, 0);
        assertThat(written.toString(StandardCharsets.ISO_8859_1))
                .isEqualTo("GET /z HTTP/1.1\r\nhost: Example.com\r\nx-long: some value of words\r\nx-request-id: 2\r\n"
                        + "empty: \r\nx-forwarded-for: 10.0.0.1\r\n\r\n");
        written.release();
    }

    @Test
    void joinsRepeatedHeaders() {
        Head head = new Head();
        scanner().feed(bytes("GET / HTTP/1.1\r\nX-Forwarded-For: a\r\nb: c\r\nx-forwarded-for: d\r\n\r\n"), head);
        assertThat(head.joined(HeaderName.X_FORWARDED_FOR)).isEqualTo("a,d");
        head.set(HeaderName.X_FORWARDED_FOR, "e");
        assertThat(head.joined(HeaderName.X_FORWARDED_FOR)).isEqualTo("e");
        head.remove(HeaderName.X_FORWARDED_FOR);
        assertThat(head.has(HeaderName.X_FORWARDED_FOR)).isFalse();
    }

    @Test
    void readsAnAnswer() {
        Head head = new Head();
        HeadScanner scanner = new HeadScanner(false, 61440, 100);
        assertThat(scanner.feed(bytes("HTTP/1.1 404 Not Found\r\nServer: x\r\n\r\n"), head))
                .isEqualTo(HeadScanner.Outcome.DONE);
        assertThat(head.status()).isEqualTo(404);
        assertThat(head.value(HeaderName.SERVER)).isEqualTo("x");
    }
}
