package io.hyaline.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProtocolTest {
    @ParameterizedTest
    @CsvSource({
        "UDP, http, http, 80, UDP",
        "TCP, '', http, 8000, HTTP",
        "TCP, '', HTTP-web, 8000, HTTP",
        "TCP, '', http2-x, 8000, HTTP2",
        "TCP, '', grpc-web, 8000, GRPC_WEB",
        "TCP, '', grpc-web-x, 8000, GRPC_WEB",
        "TCP, '', grpc-webby, 8000, GRPC",
        "TCP, '', https-x, 443, HTTPS",
        "TCP, '', tcp, 80, TCP",
        "TCP, '', '', 8080, AUTO",
        "TCP, '', web, 8080, AUTO",
        "TCP, '', '', 3306, TCP",
        "TCP, '', dns-tcp, 53, TCP",
        "TCP, '', http, 53, HTTP",
        "TCP, kubernetes.io/h2c, tcp, 80, HTTP2",
        "TCP, kubernetes.io/ws, tcp, 80, HTTP",
        "TCP, kubernetes.io/wss, http, 80, HTTPS",
        "TCP, TCP, http, 80, TCP",
        "TCP, example.com/mine, http, 80, AUTO",
    })
    void selects(String transport, String appProtocol, String portName, int port, Protocol expected) {
        assertThat(Protocol.select(transport, appProtocol, portName, port)).isEqualTo(expected);
    }
}
