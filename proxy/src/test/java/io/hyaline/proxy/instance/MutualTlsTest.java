package io.hyaline.proxy.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Client sidecar and server sidecar with mutual TLS between them, as Istio's pilot would configure both. */
class MutualTlsTest {

    private static final String SNI = "outbound_.8000_._.httpbin.default.svc.cluster.local";

    @TempDir
    static Path folder;

    private static Certificates sleep;
    private static Certificates httpbin;
    private static Certificates stranger;

    @BeforeAll
    static void makeCertificates() throws Exception {
        sleep = Certificates.spiffe(folder, "sleep");
        httpbin = Certificates.spiffe(folder, "httpbin");
        stranger = Certificates.spiffe(folder, "stranger");
    }

    static String secrets(Certificates own, Certificates one, Certificates other) {
        return """
                  secrets:
                  - name: default
                    tls_certificate: {certificate_chain: {inline_string: %s}, private_key: {inline_string: %s}}
                  - name: ROOTCA
                    validation_context: {trusted_ca: {inline_string: %s}}
                """.formatted(
                        Certificates.json(own.chain()),
                        Certificates.json(own.key()),
                        Certificates.json(one.chain() + other.chain()));
    }

    private static final String COMMON = """
            tls_certificate_sds_secret_configs: [{name: default, sds_config: {ads: {}}}], \
            combined_validation_context: {default_validation_context: {%s}, \
            validation_context_sds_secret_config: {name: ROOTCA, sds_config: {ads: {}}}}""";

    private static String server(Certificates own, int origin) {
        return server(own, sleep, httpbin, Rig.cluster("o", origin));
    }

    /** A server's sidecar that trusts two others; {@code cluster} is YAML for the cluster {@code o}. */
    static String server(Certificates own, Certificates one, Certificates other, String cluster) {
        String hcm = """
                - name: hcm
                  typed_config:
                    "@type": %s
                    stat_prefix: in
                    server_name: istio-envoy
                    forward_client_cert_details: APPEND_FORWARD
                    set_current_client_cert_details: {subject: true, uri: true, dns: true}
                    access_log:
                    - name: file
                      typed_config:
                        "@type": type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog
                        path: /dev/stdout
                        log_format: {text_format_source: {inline_string: "server %%REQUESTED_SERVER_NAME%% %%DOWNSTREAM_PEER_URI_SAN%% %%FILTER_CHAIN_NAME%%\\n"}}
                    http_filters:
                    - name: router
                      typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
                    route_config:
                      virtual_hosts: [{name: a, domains: ["*"], routes: [{name: default, match: {prefix: /}, route: {cluster: o, timeout: 0s}}]}]
                """.formatted(Rig.HCM).indent(6);
        return """
                static_resources:
                  listeners:
                  - name: main
                    address: {socket_address: {address: 127.0.0.1, port_value: 0}}
                    listener_filters:
                    - {name: t, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector}}
                    - {name: h, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.listener.http_inspector.v3.HttpInspector}}
                    filter_chains:
                    - name: mtls
                      filter_chain_match: {transport_protocol: tls, application_protocols: [istio, istio-http/1.1, istio-h2]}
                      transport_socket:
                        name: tls
                        typed_config:
                          "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
                          require_client_certificate: true
                          common_tls_context: {alpn_protocols: [h2, http/1.1], %s}
                      filters:
                %s
                    - name: plain
                      filter_chain_match: {transport_protocol: raw_buffer}
                      filters:
                %s
                  clusters:
                %s
                %s
                """.formatted(
                        COMMON.formatted(
                                "match_typed_subject_alt_names: [{san_type: URI, matcher: {prefix: 'spiffe://cluster.local/'}}]"),
                        hcm,
                        hcm,
                        cluster.indent(2),
                        secrets(own, one, other));
    }

    private static String client(Certificates own, int server, String expectedName) {
        return client(server, expectedName, "alpn_protocols: [istio-http/1.1, istio, http/1.1],", "")
                + secrets(own, sleep, httpbin);
    }

    /** A client's sidecar, without its secrets. */
    static String client(int server, String expectedName, String alpn, String protocol) {
        String tls = """
                  transport_socket_matches:
                  - name: tlsMode-istio
                    match: {tlsMode: istio}
                    transport_socket:
                      name: tls
                      typed_config:
                        "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext
                        sni: %s
                        common_tls_context: {%s %s}
                  - {name: tlsMode-disabled, match: {}, transport_socket: {name: envoy.transport_sockets.raw_buffer}}
                  load_assignment:
                    cluster_name: mesh
                    endpoints:
                    - lb_endpoints:
                      - endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}
                        metadata: {filter_metadata: {envoy.transport_socket_match: {tlsMode: istio}}}
                """.formatted(
                        SNI,
                        alpn,
                        COMMON.formatted("match_typed_subject_alt_names: [{san_type: URI, matcher: {exact: '"
                                + expectedName + "'}}]"),
                        server);
        return Rig.http(
                "", Rig.routeTo("mesh"), "- name: mesh\n  type: STATIC\n  connect_timeout: 5s\n" + protocol + tls);
    }

    private static String get(Rig client, String header) throws Exception {
        return client.exchange("GET / HTTP/1.1\r\nHost: httpbin:8000\r\nConnection: close\r\n" + header + "\r\n");
    }

    @Test
    void provesBothEndsAndSendsIstiosServerName() throws Exception {
        try (Origin origin = new Origin(r -> Origin.ok("hello"));
                Rig server = new Rig().apply(server(httpbin, origin.port()));
                Rig client =
                        new Rig().apply(client(sleep, server.port(), "spiffe://cluster.local/ns/default/sa/httpbin"))) {
            assertThat(get(client, "X-Forwarded-Client-Cert: forged\r\n")).endsWith("hello");
            assertThat(origin.requests.getFirst())
                    .containsPattern(
                            "x-forwarded-client-cert: By=spiffe://cluster.local/ns/default/sa/httpbin;Hash=[0-9a-f]{64};"
                                    + "Subject=\"CN=sleep\";URI=spiffe://cluster.local/ns/default/sa/sleep\r\n")
                    .doesNotContain("forged");
            assertThat(server.lines(1))
                    .containsExactly("server " + SNI + " spiffe://cluster.local/ns/default/sa/sleep mtls");
        }
    }

    @Test
    void refusesServersThatAreSomebodyElse() throws Exception {
        try (Origin origin = new Origin(r -> Origin.ok("never"));
                Rig server = new Rig().apply(server(httpbin, origin.port()));
                Rig client =
                        new Rig().apply(client(sleep, server.port(), "spiffe://cluster.local/ns/default/sa/other"))) {
            assertThat(get(client, "")).startsWith("HTTP/1.1 503").contains("reset reason: remote connection failure");
            assertThat(origin.requests).isEmpty();
        }
    }

    @Test
    void refusesClientsWithoutATrustedCertificate() throws Exception {
        try (Origin origin = new Origin(r -> Origin.ok("never"));
                Rig server = new Rig().apply(server(httpbin, origin.port()));
                Rig client = new Rig()
                        .apply(client(stranger, server.port(), "spiffe://cluster.local/ns/default/sa/httpbin"))) {
            assertThat(get(client, "")).startsWith("HTTP/1.1 503");
            assertThat(origin.requests).isEmpty();
        }
    }

    @Test
    void servesPlainClientsOnTheSamePort() throws Exception {
        try (Origin origin = new Origin(r -> Origin.ok("hello"));
                Rig server = new Rig().apply(server(httpbin, origin.port()))) {
            assertThat(get(server, "X-Forwarded-Client-Cert: forged\r\n")).endsWith("hello");
            assertThat(origin.requests.getFirst()).doesNotContain("forged");
            assertThat(server.lines(1)).containsExactly("server - - plain");
        }
    }

    @Test
    void newSecretsHoldForNewConnectionsWithoutANewListener() throws Exception {
        try (Origin origin = new Origin(r -> Origin.ok("hello"));
                Rig server = new Rig().apply(server(stranger, origin.port()));
                Rig client =
                        new Rig().apply(client(sleep, server.port(), "spiffe://cluster.local/ns/default/sa/httpbin"))) {
            assertThat(get(client, "")).startsWith("HTTP/1.1 503");
            server.apply(server(httpbin, origin.port()));
            assertThat(get(client, "")).endsWith("hello");
        }
    }

    @Test
    void bytesThatAreNeitherTlsNorHttpAreNoRequest() throws Exception {
        try (Origin origin = new Origin(r -> Origin.ok("never"));
                Rig server = new Rig().apply(server(httpbin, origin.port()));
                Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", server.port()));
            socket.setSoTimeout(5000);
            Rig.send(socket, "\u0001\u0002garbage\r\n\r\n");
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                    .startsWith("HTTP/1.1 400");
        }
    }
}
