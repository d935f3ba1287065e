package io.hyaline.proxy.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which protocol goes to an upstream, and what is counted. What it looks like on the wire is compared with Envoy's. */
class Http2ClientTest {

    private static final String PEER = "spiffe://cluster.local/ns/default/sa/httpbin";
    private static final String DIRECT =
            "- {name: direct, match: {prefix: /}, direct_response: {status: 200, body: {inline_string: tea}}}";

    @TempDir
    static Path folder;

    private static GrpcTest.Identities mesh;

    @BeforeAll
    static void identify() throws Exception {
        mesh = GrpcTest.Identities.in(folder);
    }

    private static String options(String config) {
        return """
                  typed_extension_protocol_options:
                    envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
                      "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
                      %s
                """.formatted(config);
    }

    private static Map<String, Long> counters(Rig rig) {
        Map<String, Long> counters = new HashMap<>();
        rig.instance.stats(counters::put);
        return counters;
    }

    @Test
    void countsConnectionsAndRequests() throws Exception {
        try (Rig server = new Rig().apply(Rig.http("", DIRECT, ""));
                Rig rig = new Rig()
                        .apply(Rig.http(
                                "",
                                Rig.routeTo("o"),
                                Rig.cluster("o", server.port())
                                        + options("explicit_http_config: {http2_protocol_options: {}}")));
                Socket one = rig.connect();
                Socket other = rig.connect()) {
            for (int i = 0; i < 3; i++) {
                Rig.send(one, "GET /1 HTTP/1.1\r\nHost: h\r\n\r\n");
                Rig.send(other, "GET /2 HTTP/1.1\r\nHost: h\r\n\r\n");
                assertThat(Rig.until(one, "tea")).startsWith("HTTP/1.1 200");
                assertThat(Rig.until(other, "tea")).startsWith("HTTP/1.1 200");
            }
            assertThat(counters(rig))
                    .containsEntry("cluster.o.upstream_cx_http2_total", 1L)
                    .containsEntry("cluster.o.upstream_cx_http1_total", 0L)
                    .containsEntry("cluster.o.upstream_cx_active", 1L)
                    .containsEntry("cluster.o.upstream_rq_total", 6L)
                    .containsEntry("cluster.o.upstream_rq_active", 0L)
                    .containsEntry("cluster.o.upstream_rq_2xx", 6L)
                    .containsEntry("cluster.o.upstream_rq_pending_active", 0L)
                    .containsEntry("cluster.o.http2.tx_reset", 0L);
            assertThat(counters(server)).containsEntry("http.in.downstream_cx_http2_total", 1L);
        }
    }

    /** What TLS settles, for each way to ask for it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "auto_config: {http_protocol_options: {}, http2_protocol_options: {}} |                                           | h2, http/1.1 | http2",
                "auto_config: {http_protocol_options: {}, http2_protocol_options: {}} |                                           | http/1.1     | http1",
                "auto_config: {http_protocol_options: {}, http2_protocol_options: {}} | 'alpn_protocols: [istio-h2, istio, h2],'    | h2, http/1.1 | http2",
                "explicit_http_config: {http2_protocol_options: {}}                 |                                             | h2, http/1.1 | http2",
                "explicit_http_config: {http_protocol_options: {}}                  |                                             | h2, http/1.1 | http1",
                "use_downstream_protocol_config: {http2_protocol_options: {}}       | 'alpn_protocols: [istio-http/1.1, istio, http/1.1],' | h2, http/1.1 | http1",
            })
    void settlesTheProtocolByTls(String config, String alpn, String offered, String spoken) throws Exception {
        String own = alpn == null ? "" : alpn;
        try (Origin origin = new Origin(r -> Origin.ok("hello"));
                Rig server = new Rig()
                        .apply(MutualTlsTest.server(
                                        mesh.httpbin(), mesh.sleep(), mesh.httpbin(), Rig.cluster("o", origin.port()))
                                .replace("alpn_protocols: [h2, http/1.1]", "alpn_protocols: [" + offered + "]")
                                .replace(", application_protocols: [istio, istio-http/1.1, istio-h2]", ""));
                Rig client = new Rig()
                        .apply(MutualTlsTest.client(server.port(), PEER, own, options(config))
                                        .replace(PLAIN, "")
                                        .replace("transport_socket_matches:", DEFAULT_TLS)
                                + MutualTlsTest.secrets(mesh.sleep(), mesh.sleep(), mesh.httpbin()))) {
            assertThat(client.exchange("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"))
                    .endsWith("hello");
            assertThat(counters(client)).containsEntry("cluster.mesh.upstream_cx_" + spoken + "_total", 1L);
            assertThat(counters(server)).containsEntry("http.in.downstream_cx_" + spoken + "_total", 1L);
        }
    }

    private static final String PLAIN =
            "- {name: tlsMode-disabled, match: {}, transport_socket: {name: envoy.transport_sockets.raw_buffer}}";
    private static final String DEFAULT_TLS =
            "transport_socket: {name: tls, typed_config: {\"@type\": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext}}\n    transport_socket_matches:";

    @ParameterizedTest
    @CsvSource({"istio-http/1.1, http2", "istio-h2, http2"})
    void followsItsClientWhateverWasToBeOffered(String listed, String spoken) throws Exception {
        try (Origin origin = new Origin(r -> Origin.ok("hello"));
                Rig server = new Rig()
                        .apply(MutualTlsTest.server(
                                mesh.httpbin(), mesh.sleep(), mesh.httpbin(), Rig.cluster("o", origin.port())));
                Rig client = new Rig()
                        .apply(MutualTlsTest.client(
                                        server.port(),
                                        PEER,
                                        "alpn_protocols: [" + listed + ", istio, http/1.1],",
                                        options("use_downstream_protocol_config: {http2_protocol_options: {}}"))
                                + MutualTlsTest.secrets(mesh.sleep(), mesh.sleep(), mesh.httpbin()));
                FramePeer peer = FramePeer.connect(client)) {
            peer.get(1, "/");
            assertThat(peer.answer(1)).endsWith("hello");
            assertThat(counters(server)).containsEntry("http.in.downstream_cx_" + spoken + "_total", 1L);
        }
    }
}
