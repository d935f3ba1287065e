package io.hyaline.it.inprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.contentOf;

import com.sun.net.httpserver.HttpServer;
import io.hyaline.pilot.Pilot;
import io.hyaline.testkit.FreePorts;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The seed's second scenario without a network: objects in an API server, a gateway that follows the pilot: a real Envoy, and Hyaline's own proxy. */
class GatewayTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private final int httpPort = FreePorts.next();
    private final int httpsPort = FreePorts.next();
    private MeshFixture mesh;
    private HttpServer application;
    private Path bootstrap;
    private AutoCloseable gateway = () -> {};

    @BeforeEach
    void start() throws Exception {
        application = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 16);
        application.createContext("/", exchange -> {
            byte[] body = ("scheme " + exchange.getRequestHeaders().getFirst("X-Forwarded-Proto") + "\n")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        application.start();
        mesh = new MeshFixture(directory);
        mesh.create(objects().formatted(application.getAddress().getPort(), httpPort));
        Pilot pilot = mesh.startPilot();
        Files.writeString(directory.resolve("root.pem"), pilot.authority().rootPem());
        bootstrap = directory.resolve("bootstrap.json");
        Files.writeString(
                bootstrap,
                bootstrap()
                        .formatted(
                                mesh.token("istio-system", "istio-ingressgateway"),
                                pilot.ports().tls(),
                                directory.resolve("root.pem")));
    }

    @AfterEach
    void stop() throws Exception {
        gateway.close();
        mesh.close();
        application.stop(0);
    }

    @ParameterizedTest
    @EnumSource
    void httpThenHttpsThenAnotherCertificateUnderAnOpenConnection(Gateways product) throws Exception {
        gateway = product.start(bootstrap);
        Awaitility.await()
                .atMost(SOON)
                .ignoreExceptions()
                .until(() -> http("any.example.com").endsWith("scheme http\n"));
        mesh.create(HTTPS.formatted(httpsPort));
        assertThat(http("any.example.com")).endsWith("scheme http\n");
        secret("first.example.com");
        awaitServed("CN=first.example.com");
        try (SSLSocket open = connect()) {
            assertThat(ask(open, "a.example.com")).contains(" 200 ").endsWith("scheme https\n");
            assertThat(ask(open, "elsewhere.org")).contains(" 404 ");
            mesh.client
                    .secrets()
                    .inNamespace("istio-system")
                    .withName("myexample-credential")
                    .delete();
            secret("second.example.com");
            awaitServed("CN=second.example.com");
            assertThat(ask(open, "a.example.com")).contains(" 200 ");
        }
    }

    private String http(String host) throws IOException {
        try (var socket = new java.net.Socket("127.0.0.1", httpPort)) {
            return exchange(socket, host);
        }
    }

    /** Says at the end what came instead, and what Envoy said of it. */
    private void awaitServed(String subject) {
        Path log = directory.resolve("envoy.log");
        Awaitility.await()
                .atMost(SOON)
                .untilAsserted(() -> assertThat(served())
                        .as(() -> Files.exists(log) ? contentOf(log.toFile()) : "Hyaline's own proxy")
                        .isEqualTo(subject));
    }

    /** Whose certificate a new connection is shown, or why there is none. */
    private String served() {
        try (SSLSocket socket = connect()) {
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                    .getSubjectX500Principal()
                    .getName();
        } catch (Exception e) {
            return e.toString();
        }
    }

    private SSLSocket connect() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Everyone()}, null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", httpsPort);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(java.util.List.of(new SNIHostName("a.example.com")));
        socket.setSSLParameters(parameters);
        socket.setSoTimeout(10_000);
        socket.startHandshake();
        return socket;
    }

    private static String ask(SSLSocket socket, String host) throws IOException {
        return exchange(socket, host);
    }

    /** One request; the answer is whole when its body is as long as it says. */
    private static String exchange(java.net.Socket socket, String host) throws IOException {
        socket.setSoTimeout(10_000);
        socket.getOutputStream()
                .write(("GET /ip HTTP/1.1\r\nhost: " + host + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("closed after: " + head);
            }
            head.append((char) next);
        }
        int length = head.toString()
                .lines()
                .filter(l -> l.startsWith("content-length: "))
                .mapToInt(l -> Integer.parseInt(l.substring("content-length: ".length())))
                .findFirst()
                .orElse(0);
        return head + new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    private void secret(String host) throws Exception {
        Path key = directory.resolve(host + ".key");
        Process openssl = new ProcessBuilder(
                        Path.of("..", "samples", "self-signed").toString(),
                        directory.resolve(host).toString(),
                        host)
                .inheritIO()
                .start();
        assertThat(openssl.waitFor()).isZero();
        mesh.create("""
                apiVersion: v1
                kind: Secret
                metadata: {name: myexample-credential, namespace: istio-system}
                type: kubernetes.io/tls
                data: {tls.key: %s, tls.crt: %s}
                """.formatted(encoded(key), encoded(directory.resolve(host + ".crt"))));
    }

    private static String encoded(Path file) throws IOException {
        return Base64.getEncoder().encodeToString(Files.readAllBytes(file));
    }

    /** Believes every certificate: which one it is, the test looks at. */
    private static final class Everyone implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private static String objects() {
        return """
                apiVersion: v1
                kind: Namespace
                metadata: {name: istio-system}
                ---
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: istio, namespace: istio-system}
                data: {mesh: "enableAutoMtls: false"}
                ---
                apiVersion: v1
                kind: ServiceAccount
                metadata: {name: istio-ingressgateway, namespace: istio-system}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: httpbin, namespace: default}
                spec: {ports: [{name: http, port: 8000}]}
                ---
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: {name: httpbin-1, namespace: default, labels: {kubernetes.io/service-name: httpbin}}
                addressType: IPv4
                ports: [{name: http, port: %d, protocol: TCP}]
                endpoints: [{addresses: [127.0.0.1], conditions: {ready: true}}]
                ---
                apiVersion: networking.istio.io/v1
                kind: Gateway
                metadata: {name: http, namespace: default}
                spec:
                  selector: {istio: ingressgateway}
                  servers: [{hosts: ['*'], port: {name: http, number: %d, protocol: HTTP}}]
                ---
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: http, namespace: default}
                spec:
                  gateways: [http]
                  hosts: ['*']
                  http: [{route: [{destination: {host: httpbin}}]}]
                """;
    }

    private static final String HTTPS = """
            apiVersion: networking.istio.io/v1
            kind: Gateway
            metadata: {name: https, namespace: default}
            spec:
              selector: {istio: ingressgateway}
              servers:
              - hosts: ['*.example.com']
                port: {name: https, number: %d, protocol: HTTPS}
                tls: {mode: SIMPLE, credentialName: myexample-credential}
            ---
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: https, namespace: default}
            spec:
              gateways: [https]
              hosts: ['*.example.com']
              http: [{route: [{destination: {host: httpbin}}]}]
            """;

    private static String bootstrap() {
        return """
                {"node": {"id": "router~127.0.0.1~gw-1.istio-system~istio-system.svc.cluster.local", "cluster": "gw",
                  "metadata": {"ISTIO_VERSION": "1.x", "LABELS": {"istio": "ingressgateway"}}},
                 "dynamic_resources": {
                  "lds_config": {"ads": {}, "resource_api_version": "V3"},
                  "cds_config": {"ads": {}, "resource_api_version": "V3"},
                  "ads_config": {"api_type": "GRPC", "transport_api_version": "V3", "grpc_services": [
                   {"envoy_grpc": {"cluster_name": "xds-grpc"},
                    "initial_metadata": [{"key": "authorization", "value": "Bearer %s"}]}]}},
                 "static_resources": {"clusters": [{"name": "xds-grpc", "type": "STATIC",
                  "load_assignment": {"cluster_name": "xds-grpc", "endpoints": [{"lb_endpoints": [{"endpoint":
                   {"address": {"socket_address": {"address": "127.0.0.1", "port_value": %d}}}}]}]},
                  "typed_extension_protocol_options": {"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
                   "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
                   "explicit_http_config": {"http2_protocol_options": {}}}},
                  "transport_socket": {"name": "envoy.transport_sockets.tls", "typed_config": {
                   "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext",
                   "sni": "istiod.istio-system.svc",
                   "common_tls_context": {"alpn_protocols": ["h2"],
                    "validation_context": {"trusted_ca": {"filename": "%s"}}}}}}]}}
                """;
    }
}
