package io.hyaline.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.proxy.match.Cidr;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreambleTest {

    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

    @ParameterizedTest
    @CsvSource({
        "1, 192.0.2.5, 192.0.2.1, PROXY TCP4 192.0.2.5 192.0.2.1 45678 80",
        "1, 2001:db8::5, 2001:db8::1, PROXY TCP6 2001:db8::5 2001:db8::1 45678 80",
        "1, 192.0.2.5, 2001:db8::1, PROXY UNKNOWN",
        "2, 192.0.2.5, 192.0.2.1, 2111000cc0000205c0000201b26e0050",
        "2, 2001:db8::5, 2001:db8::1, "
                + "2121002420010db800000000000000000000000520010db8000000000000000000000001b26e0050",
        "2, 192.0.2.5, 2001:db8::1, 20000000",
    })
    void writesBothVersions(int version, String source, String destination, String expected) {
        Preamble preamble = new Preamble(
                version,
                new InetSocketAddress(Cidr.address(source), 45678),
                new InetSocketAddress(Cidr.address(destination), 80));
        ByteBuf bytes = preamble.bytes(UnpooledByteBufAllocator.DEFAULT);
        try {
            if (version == 1) {
                assertThat(bytes.toString(StandardCharsets.US_ASCII)).isEqualTo(expected + "\r\n");
            } else {
                assertThat(ByteBufUtil.hexDump(bytes)).isEqualTo(SIGNATURE + expected);
            }
        } finally {
            bytes.release();
        }
    }
}
