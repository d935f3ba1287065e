package io.hyaline.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AnswerTest {

    private static final String GOOD = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\nserver: x\r\n\r\nhello";

    @Test
    void bytesMayArriveOneByOne() throws IOException {
        InputStream slow = new ByteArrayInputStream(bytes(GOOD)) {
            @Override
            public int read(byte[] into, int offset, int length) {
                return super.read(into, offset, Math.min(1, length));
            }
        };
        assertThat(new Answer().read(slow)).isEqualTo(200);
        assertThat(slow.read()).isEqualTo(-1);
    }

    @Test
    void aReaderServesManyAnswers() throws IOException {
        Answer answer = new Answer();
        assertThat(answer.read(stream(GOOD))).isEqualTo(200);
        assertThat(answer.read(stream("HTTP/1.1 503 No\r\nContent-Length:0\r\n\r\n")))
                .isEqualTo(503);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhell",
                "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello!",
                "HTTP/1.1 200 OK\r\ncontent-length: 999999\r\n\r\n",
                "SSH-2.0-x\r\ncontent-length: 0\r\n\r\n",
                "",
            })
    void whatIsNotOneWholeAnswerIsAnError(String text) {
        assertThatThrownBy(() -> new Answer().read(stream(text))).isInstanceOf(IOException.class);
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(bytes(text));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
