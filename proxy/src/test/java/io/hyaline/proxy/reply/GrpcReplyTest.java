package io.hyaline.proxy.reply;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.head.HeaderName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrpcReplyTest {

    @ParameterizedTest
    @CsvSource({
        "application/grpc, true",
        "application/grpc+proto, true",
        "application/grpc;x=y, true",
        "application/grpc-web, false",
        "text/plain, false",
    })
    void knowsGrpc(String type, boolean expected) {
        Head head = new Head();
        head.add(HeaderName.CONTENT_TYPE, type);
        assertThat(GrpcReply.wantedBy(head)).isEqualTo(expected);
    }
}
