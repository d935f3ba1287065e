package io.hyaline.it.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.it.differential.HttpText.Expected;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class HttpTextTest {

    @Test
    void countedBodyEndsWhereItsLengthSays() {
        HttpText m = read("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcHTTP/1.1", false);
        assertThat(m.complete()).isTrue();
        assertThat(m.body()).asString().isEqualTo("abc");
        assertThat(m.end()).isEqualTo(41);
    }

    @Test
    void chunkedBodyHasTrailers() {
        HttpText m =
                read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n", false);
        assertThat(m.complete()).isTrue();
        assertThat(m.framing()).isEqualTo("chunked");
        assertThat(m.body()).asString().isEqualTo("abc");
        assertThat(m.trailers()).containsExactly(new HttpText.Field("X-Sum", "1"));
    }

    @Test
    void brokenChunksAreIncomplete() {
        HttpText m = read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc", true);
        assertThat(m.complete()).isFalse();
        assertThat(m.body()).asString().isEqualTo("abc");
    }

    @Test
    void answerWithoutLengthLastsUntilTheEnd() {
        assertThat(read("HTTP/1.1 200 OK\r\n\r\nab", false).complete()).isFalse();
        HttpText m = read("HTTP/1.1 200 OK\r\n\r\nab", true);
        assertThat(m.complete()).isTrue();
        assertThat(m.framing()).isEqualTo("close");
    }

    @Test
    void interimAnswersHaveNoBody() {
        assertThat(read("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", false)
                        .end())
                .isEqualTo(25);
    }

    private static HttpText read(String text, boolean ended) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return HttpText.parse(bytes, 0, bytes.length, ended, Expected.RESPONSE);
    }
}
