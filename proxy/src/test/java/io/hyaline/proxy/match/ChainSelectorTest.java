package io.hyaline.proxy.match;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChainSelectorTest {

    private record Named(String name, ChainMatch match) {}

    private static ChainMatch match(int port, String range, String sni, String transport, String alpn) {
        return new ChainMatch(
                port,
                range.isEmpty() ? List.of() : List.of(Cidr.parse(range)),
                sni.isEmpty() ? List.of() : List.of(sni.split(" ")),
                transport,
                alpn.isEmpty() ? List.of() : List.of(alpn.split(" ")),
                List.of(),
                ChainMatch.SourceType.ANY,
                List.of(),
                Set.of());
    }

    private static final List<Named> ISTIO = List.of(
            new Named("blackhole", match(15006, "", "", "", "")),
            new Named("http-mtls", match(0, "", "", "tls", "istio-http/1.0 istio-http/1.1 istio-h2")),
            new Named("http-plain", match(0, "", "", "raw_buffer", "http/1.1 h2c")),
            new Named("tcp-mtls", match(0, "", "", "tls", "istio-peer-exchange istio")),
            new Named("tcp-plain", match(0, "", "", "raw_buffer", "")),
            new Named("tls-passed", match(0, "", "", "tls", "")),
            new Named("8000-mtls", match(8000, "", "", "tls", "istio istio-peer-exchange istio-http/1.1")),
            new Named("8000-plain", match(8000, "", "", "raw_buffer", "")),
            new Named("exact-name", match(9000, "", "a.example.com", "", "")),
            new Named("wide-name", match(9000, "", "*.example.com", "", "")),
            new Named("wider-name", match(9000, "", "*.com", "", "")),
            new Named("range-24", match(9001, "10.0.0.0/24", "", "", "")),
            new Named("range-8", match(9001, "10.0.0.0/8", "", "tls", "")));

    @ParameterizedTest
    @CsvSource(nullValues = "null", textBlock = """
            15006, 10.0.0.1, '', raw_buffer, '', blackhole
            80, 10.0.0.1, '', tls, istio-http/1.1 istio, http-mtls
            80, 10.0.0.1, '', tls, istio, tcp-mtls
            80, 10.0.0.1, '', tls, h2, tls-passed
            80, 10.0.0.1, '', raw_buffer, http/1.1, http-plain
            80, 10.0.0.1, '', raw_buffer, http/1.0, tcp-plain
            80, 10.0.0.1, '', raw_buffer, '', tcp-plain
            8000, 10.0.0.1, x, tls, istio, 8000-mtls
            8000, 10.0.0.1, x, raw_buffer, http/1.1, 8000-plain
            8000, 10.0.0.1, x, tls, h2, null
            9000, 10.0.0.1, a.example.com, tls, '', exact-name
            9000, 10.0.0.1, b.example.com, tls, '', wide-name
            9000, 10.0.0.1, b.other.com, tls, '', wider-name
            9000, 10.0.0.1, b.other.org, tls, '', null
            9001, 10.0.0.9, '', tls, '', range-24
            9001, 10.1.0.9, '', tls, '', range-8
            9001, 10.1.0.9, '', raw_buffer, '', null
            """)
    void choosesAsEnvoyDoes(int port, String address, String sni, String transport, String alpn, String expected) {
        ConnectionFacts facts = new ConnectionFacts(
                Cidr.address(address),
                port,
                sni,
                transport,
                alpn.isEmpty() ? List.of() : List.of(alpn.split(" ")),
                Cidr.address("192.0.2.7"),
                4711,
                Cidr.address("192.0.2.7"));
        Named chosen = new ChainSelector<>(ISTIO, Named::match).select(facts);
        assertThat(chosen == null ? null : chosen.name()).isEqualTo(expected);
    }

    @Test
    void sourceDecidesLast() {
        ChainMatch local = new ChainMatch(
                0,
                List.of(),
                List.of(),
                "",
                List.of(),
                List.of(),
                ChainMatch.SourceType.SAME_IP_OR_LOOPBACK,
                List.of(),
                Set.of());
        ChainMatch port = new ChainMatch(
                0,
                List.of(),
                List.of(),
                "",
                List.of(),
                List.of(),
                ChainMatch.SourceType.EXTERNAL,
                List.of(Cidr.parse("192.0.2.0/24")),
                Set.of(4711));
        ChainMatch range = new ChainMatch(
                0,
                List.of(),
                List.of(),
                "",
                List.of(),
                List.of(),
                ChainMatch.SourceType.EXTERNAL,
                List.of(Cidr.parse("192.0.2.0/24")),
                Set.of());
        List<Named> chains = List.of(new Named("local", local), new Named("port", port), new Named("range", range));
        ChainSelector<Named> selector = new ChainSelector<>(chains, Named::match);
        assertThat(selector.select(from("127.0.0.1", 1)))
                .extracting(Named::name)
                .isEqualTo("local");
        assertThat(selector.select(from("192.0.2.7", 4711)))
                .extracting(Named::name)
                .isEqualTo("port");
        assertThat(selector.select(from("192.0.2.7", 4712)))
                .extracting(Named::name)
                .isEqualTo("range");
        assertThat(selector.select(from("198.51.100.1", 4711))).isNull();
    }

    private static ConnectionFacts from(String source, int port) {
        return new ConnectionFacts(
                Cidr.address("10.0.0.1"),
                80,
                "",
                "raw_buffer",
                List.of(),
                Cidr.address(source),
                port,
                Cidr.address(source));
    }
}
