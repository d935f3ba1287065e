package io.hyaline.it.inprocess;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.hyaline.objects.istio.IstioKind;
import io.hyaline.pilot.Pilot;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Objects that a real API server keeps arrive at a proxy as configuration. */
class PilotOnApiServerTest {
    private static final String LISTENERS = "type.googleapis.com/envoy.config.listener.v3.Listener";

    private static final String HTTPBIN = """
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: httpbin, namespace: default}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: httpbin, namespace: default}
            spec:
              selector: {app: httpbin}
              ports: [{name: http, port: 8000}]
            """;

    private static final String FILTER = """
            apiVersion: networking.istio.io/v1alpha3
            kind: EnvoyFilter
            metadata: {name: %s, namespace: istio-system}
            spec:
              configPatches:
              - applyTo: NETWORK_FILTER
                match:
                  proxy: {proxyVersion: "^1.*"}
                  context: SIDECAR_INBOUND
                  listener:
                    name: virtualInbound
                    filterChain: {filter: {name: envoy.filters.network.http_connection_manager}}
                patch:
            %s
            """;

    private static final String MERGE = """
                  operation: MERGE
                  value:
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                      use_remote_address: true
            """;

    @TempDir
    Path directory;

    private MeshFixture mesh;
    private KubernetesClient client;
    private Pilot pilot;

    @BeforeEach
    void start() throws InterruptedException {
        mesh = new MeshFixture(directory);
        client = mesh.client;
        pilot = mesh.startPilot();
    }

    @AfterEach
    void stop() {
        mesh.close();
    }

    @Test
    void anEnvoyFilterThatIsAppliedReachesAConnectedProxy() throws Exception {
        mesh.create(HTTPBIN);
        try (Stream proxy = new Stream(pilot, mesh.token("default", "httpbin"))) {
            Listener plain = proxy.virtualInboundHaving("0.0.0.0_8000");
            assertThat(remoteAddress(plain)).isFalse();
            mesh.create(FILTER.formatted("enable-xff-for-sidecar-inbound", MERGE));
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> remoteAddress(proxy.virtualInbound()));
            client.genericKubernetesResources(IstioKind.ENVOY_FILTER.context())
                    .inNamespace("istio-system")
                    .withName("enable-xff-for-sidecar-inbound")
                    .delete();
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> !remoteAddress(proxy.virtualInbound()));
            assertThat(proxy.virtualInbound()).isEqualTo(plain);
            assertThat(get("/debug/syncz")).contains("httpbin-5.default").contains("\"listener\" : \"SYNCED\"");
            assertThat(get("/debug/config_dump?proxyID=httpbin-5.default")).contains("inbound|8000||");
        }
    }

    @Test
    void whatIsNeededToTrustThePilotIsInEveryNamespace() throws Exception {
        mesh.create("{apiVersion: v1, kind: Namespace, metadata: {name: late}}");
        for (String namespace : new String[] {"default", "late"}) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(client.configMaps()
                                    .inNamespace(namespace)
                                    .withName("istio-ca-root-cert")
                                    .get())
                            .isNotNull()
                            .extracting(m -> m.getData().get("root-cert.pem"))
                            .isEqualTo(pilot.authority().rootPem()));
        }
        assertThat(get("/ready")).contains("ready");
    }

    @Test
    void aFilterThatCannotBeReadIsNamedInAnEvent() {
        mesh.create(FILTER.formatted("broken", "      value: {}\n"));
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(client.v1()
                                .events()
                                .inNamespace("istio-system")
                                .list()
                                .getItems())
                        .anyMatch(e -> e.getInvolvedObject().getName().equals("broken")
                                && e.getMessage().contains("missing patch operation")));
    }

    private String get(String path) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + pilot.ports().debug() + path);
            return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    private static boolean remoteAddress(Listener listener) {
        return listener.getFilterChainsList().stream()
                .flatMap(c -> c.getFiltersList().stream())
                .filter(f -> f.getTypedConfig().is(HttpConnectionManager.class))
                .allMatch(f -> {
                    try {
                        return f.getTypedConfig()
                                .unpack(HttpConnectionManager.class)
                                .getUseRemoteAddress()
                                .getValue();
                    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
                        throw new AssertionError(e);
                    }
                });
    }

    /** A proxy's stream on the TLS port, which acknowledges everything. */
    private static final class Stream implements StreamObserver<DiscoveryResponse>, AutoCloseable {
        private final BlockingQueue<DiscoveryResponse> responses = new LinkedBlockingQueue<>();
        private final ManagedChannel channel;
        private final StreamObserver<DiscoveryRequest> requests;
        private Listener latest = Listener.getDefaultInstance();

        Stream(Pilot pilot, String token) throws IOException {
            channel = NettyChannelBuilder.forAddress("127.0.0.1", pilot.ports().tls())
                    .sslContext(GrpcSslContexts.configure(SslContextBuilder.forClient()
                                    .trustManager(pilot.authority().root()))
                            .build())
                    .overrideAuthority("istiod.istio-system.svc")
                    .build();
            Metadata headers = new Metadata();
            headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
            requests = AggregatedDiscoveryServiceGrpc.newStub(channel)
                    .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                    .streamAggregatedResources(this);
            requests.onNext(DiscoveryRequest.newBuilder()
                    .setTypeUrl(LISTENERS)
                    .setNode(node())
                    .build());
        }

        /** Waits until a chain of that name is there. */
        Listener virtualInboundHaving(String chain) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> virtualInbound().getFilterChainsList().stream()
                            .anyMatch(c -> c.getName().equals(chain)));
            return latest;
        }

        Listener virtualInbound() throws IOException {
            for (DiscoveryResponse r = responses.poll(); r != null; r = responses.poll()) {
                for (var any : r.getResourcesList()) {
                    Listener listener = any.unpack(Listener.class);
                    latest = listener.getName().equals("virtualInbound") ? listener : latest;
                }
            }
            return latest;
        }

        @Override
        public void onNext(DiscoveryResponse response) {
            responses.add(response);
            requests.onNext(DiscoveryRequest.newBuilder()
                    .setTypeUrl(response.getTypeUrl())
                    .setVersionInfo(response.getVersionInfo())
                    .setResponseNonce(response.getNonce())
                    .build());
        }

        @Override
        public void onError(Throwable problem) {}

        @Override
        public void onCompleted() {}

        @Override
        public void close() {
            channel.shutdownNow();
        }

        private static Node node() {
            Struct labels =
                    Struct.newBuilder().putFields("app", text("httpbin")).build();
            return Node.newBuilder()
                    .setId("sidecar~172.20.1.5~httpbin-5.default~default.svc.cluster.local")
                    .setMetadata(Struct.newBuilder()
                            .putFields("ISTIO_VERSION", text("1.x"))
                            .putFields("INSTANCE_IPS", text("172.20.1.5"))
                            .putFields(
                                    "LABELS",
                                    Value.newBuilder().setStructValue(labels).build()))
                    .build();
        }

        private static Value text(String text) {
            return Value.newBuilder().setStringValue(text).build();
        }
    }
}
