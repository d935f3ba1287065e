package io.hyaline.proxy.sidecar;

import static io.hyaline.xds.client.ResourceType.CLUSTER;
import static io.hyaline.xds.client.ResourceType.LISTENER;
import static io.hyaline.xds.client.ResourceType.SECRET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.config.core.v3.ApiConfigSource.ApiType;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.hyaline.identity.Pem;
import io.hyaline.proxy.bootstrap.BootstrapFile;
import io.hyaline.proxy.instance.InstanceConfig;
import io.hyaline.proxy.instance.ProxyInstance;
import io.hyaline.proxy.log.LogWriter;
import io.hyaline.proxy.secret.TestCa;
import io.hyaline.proxy.secret.TestCa.ServerCertificate;
import io.hyaline.proxy.socket.LocalSockets;
import io.hyaline.proxy.upstream.ClusterPlan;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A gateway's credentials come over the ADS stream: late, anew, wrong, and several for one server. */
class CredentialsTest {

    private static final String ADS = "sds_config: {ads: {}, resource_api_version: V3, initial_fetch_timeout: 0.2s}";

    private final EventLoopGroup loops = LocalSockets.newLoops(1);
    private final ScheduledExecutorService control = Executors.newSingleThreadScheduledExecutor();
    private final AdsServer ads = new AdsServer();
    private final TestCa ca = new TestCa(Duration.ofHours(24), InstantSource.system());
    private final LogWriter logs = new LogWriter();
    private final ProxyInstance instance = new ProxyInstance(
            new InstanceConfig(
                    "gateway",
                    new LocalSockets(loops),
                    (_, _, _, _) -> {},
                    ClusterPlan.Sockets.DEFAULT,
                    0,
                    null,
                    InstanceConfig.DRAIN_TIME),
            logs);
    private Server server;
    private Sidecar sidecar;

    @BeforeEach
    void listen() throws Exception {
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(ads)
                .build()
                .start();
        ads.set(CLUSTER);
    }

    @AfterEach
    void tearDown() {
        sidecar.shutdown().join();
        server.shutdownNow();
        control.shutdownNow();
        logs.close();
        loops.shutdownGracefully();
    }

    @ParameterizedTest
    @EnumSource(names = {"GRPC", "DELTA_GRPC"})
    void aMissingOneIsItsServersTrouble_aNewOneIsForNewConnections_aWrongOneIsRefusedByName(ApiType variant)
            throws Exception {
        ServerCertificate first = ca.server("a.example.com");
        ServerCertificate second = ca.server("a.example.com");
        ads.set(LISTENER, listener(chain("a", "", ""), chain("b", "", "")));
        ads.set(SECRET, pair("a", first));
        start(variant);
        assertThat(ads.heard()).anyMatch(line -> line.contains("kubernetes://a") && line.contains("kubernetes://b"));
        try (SSLSocket open = connect("a")) {
            assertThat(open.getSession().getPeerCertificates()[0]).isEqualTo(leaf(first));
            assertThat(ask(open)).isEqualTo("HTTP/1.1 200 OK");
            assertThatThrownBy(() -> connect("b")).isInstanceOf(IOException.class);
            ads.set(SECRET, pair("a", second), pair("b", ca.server("b.example.com")));
            await().ignoreExceptions().until(() -> shown("a").equals(leaf(second)) && shown("b") != null);
            assertThat(ask(open)).isEqualTo("HTTP/1.1 200 OK");
            ads.set(
                    SECRET,
                    pair("a", new ServerCertificate(first.chainPem(), second.keyPem())),
                    pair("b", new ServerCertificate("-----BEGIN CERTIFICATE-----\nMA==\n", "nothing")));
            await().until(() -> ads.heard().stream()
                    .anyMatch(line -> line.contains("NACK")
                            && line.contains("kubernetes://a")
                            && line.contains("does not belong to the certificate of CN=a.example.com")
                            && line.contains("kubernetes://b")
                            && line.contains("no CERTIFICATE block")));
            assertThat(shown("a")).isEqualTo(leaf(second));
            assertThat(ask(open)).isEqualTo("HTTP/1.1 200 OK");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "true  |                                                        | good     | true",
                "true  |                                                        | none     | false",
                "true  |                                                        | stranger | false",
                "false |                                                        | none     | true",
                "false |                                                        | good     | true",
                "false |                                                        | stranger | false",
                "true  | match_typed_subject_alt_names: [{san_type: DNS, matcher: {exact: good.example.com}}] | good | true",
                "true  | match_typed_subject_alt_names: [{san_type: DNS, matcher: {exact: evil.example.com}}] | good | false",
                "true  | verify_certificate_hash: [OWN]                         | good     | true",
                "true  | verify_certificate_hash: [OTHER]                       | good     | false",
            })
    void clientsShowCertificates(boolean required, String rules, String client, boolean taken) throws Exception {
        ServerCertificate good = ca.server("good.example.com");
        String settings =
                rules == null ? "" : rules.replace("OWN", TlsCalls.sha256(good)).replace("OTHER", "0".repeat(64));
        ads.set(LISTENER, listener(chain("a", "", "require_client_certificate: " + required + ",", settings)));
        ads.set(
                SECRET,
                pair("a", ca.server("a.example.com")),
                Secret.newBuilder()
                        .setName("kubernetes://a-cacert")
                        .setValidationContext(CertificateValidationContext.newBuilder()
                                .setTrustedCa(inline(Pem.ofCertificates(List.of(ca.root)))))
                        .build());
        start(ApiType.GRPC);
        ServerCertificate shown = switch (client) {
            case "good" -> good;
            case "stranger" -> new TestCa(Duration.ofHours(1), InstantSource.system()).server("good.example.com");
            default -> null;
        };
        assertThat(TlsCalls.succeeds(port(), "a.example.com", shown)).isEqualTo(taken);
    }

    @Test
    void versionsAndCiphersAreThoseOfTheServer() throws Exception {
        ads.set(
                LISTENER,
                listener(
                        chain("a", """
                tls_params: {tls_minimum_protocol_version: TLSv1_2, tls_maximum_protocol_version: TLSv1_2,
                  cipher_suites: ["[ECDHE-ECDSA-AES256-GCM-SHA384|ECDHE-RSA-AES256-GCM-SHA384]"], ecdh_curves: [P-256]},
                """, "", ""),
                        chain("b", "tls_params: {tls_minimum_protocol_version: TLSv1_3},", "", "")));
        ads.set(SECRET, pair("a", ca.server("a.example.com")), pair("b", ca.server("b.example.com")));
        start(ApiType.GRPC);
        try (SSLSocket socket = connect("a")) {
            assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.2");
            assertThat(socket.getSession().getCipherSuite()).isEqualTo("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");
        }
        try (SSLSocket socket = connect("b")) {
            assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
        }
        assertThatThrownBy(() ->
                        TlsCalls.connect(port(), "b.example.com", null, p -> p.setProtocols(new String[] {"TLSv1.2"})))
                .isInstanceOf(IOException.class);
    }

    @Test
    void ofSeveralCertificatesTheClientGetsOneThatItCanJudge() throws Exception {
        KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
        rsa.initialize(2048);
        ads.set(
                LISTENER,
                listener(chain("a", "", "", "")
                        .replace(
                                "tls_certificate_sds_secret_configs: [",
                                "tls_certificate_sds_secret_configs: [{name: 'kubernetes://rsa', %s}, "
                                        .formatted(ADS))));
        ads.set(
                SECRET,
                pair("rsa", ca.server("a.example.com", rsa.generateKeyPair())),
                pair("a", ca.server("a.example.com")));
        start(ApiType.GRPC);
        assertThat(shown("a").getPublicKey().getAlgorithm()).isEqualTo("EC");
        try (SSLSocket socket = TlsCalls.connect(
                port(),
                "a.example.com",
                null,
                p -> p.setSignatureSchemes(new String[] {"rsa_pss_rsae_sha256", "rsa_pkcs1_sha256"}))) {
            assertThat(socket.getSession()
                            .getPeerCertificates()[0]
                            .getPublicKey()
                            .getAlgorithm())
                    .isEqualTo("RSA");
        }
    }

    private void start(ApiType variant) throws Exception {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort());
        sidecar = new Sidecar(
                Configs.following(address, variant), null, instance, new Sidecar.Shared(control, new MessagePool()));
        sidecar.start();
        await().untilAsserted(() -> assertThat(sidecar.progress().ready()).isTrue());
    }

    private int port() {
        return ((InetSocketAddress) instance.addresses("gateway").getFirst()).getPort();
    }

    private SSLSocket connect(String name) throws Exception {
        return TlsCalls.connect(port(), name + ".example.com", null, _ -> {});
    }

    private java.security.cert.Certificate shown(String name) throws Exception {
        try (SSLSocket socket = connect(name)) {
            return socket.getSession().getPeerCertificates()[0];
        }
    }

    private static String ask(SSLSocket socket) throws IOException {
        return TlsCalls.ask(socket);
    }

    private static java.security.cert.Certificate leaf(ServerCertificate certificate) {
        return Pem.certificates(certificate.chainPem()).getFirst();
    }

    private static Secret pair(String name, ServerCertificate certificate) {
        return Secret.newBuilder()
                .setName("kubernetes://" + name)
                .setTlsCertificate(TlsCertificate.newBuilder()
                        .setCertificateChain(inline(certificate.chainPem()))
                        .setPrivateKey(inline(certificate.keyPem())))
                .build();
    }

    private static DataSource inline(String text) {
        return DataSource.newBuilder()
                .setInlineBytes(ByteString.copyFromUtf8(text))
                .build();
    }

    /** One server: its certificate by name, and the peer's by {@code rules} when {@code context} asks for one. */
    private static String chain(String name, String common, String context, String rules) {
        String peers = context.isEmpty() ? "" : """
                , combined_validation_context: {default_validation_context: {%s},
                  validation_context_sds_secret_config: {name: 'kubernetes://%s-cacert', %s}}""".formatted(rules, name, ADS);
        return """
                - filter_chain_match: {server_names: [%1$s.example.com]}
                  transport_socket:
                    name: envoy.transport_sockets.tls
                    typed_config:
                      {"@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext, %3$s
                      common_tls_context: {%2$s
                        tls_certificate_sds_secret_configs: [{name: 'kubernetes://%1$s', %5$s}]%4$s}}
                  filters:
                  - name: hcm
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                      stat_prefix: gateway
                      http_filters:
                      - name: router
                        typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
                      route_config: {virtual_hosts: [{name: all, domains: ["*"], routes: [{match: {prefix: /}, direct_response: {status: 200}}]}]}
                """.formatted(name, common, context, peers, ADS);
    }

    private static String chain(String name, String common, String context) {
        return chain(name, common, context, "");
    }

    private static Listener listener(String... chains) throws Exception {
        return BootstrapFile.parse("""
                static_resources:
                  listeners:
                  - name: gateway
                    address: {socket_address: {address: 127.0.0.1, port_value: 0}}
                    listener_filters:
                    - name: tls
                      typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector}
                    filter_chains:
                %s""".formatted(String.join("", chains).indent(4)))
                .getStaticResources()
                .getListeners(0);
    }
}
