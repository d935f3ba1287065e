package io.hyaline.pilot.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.hyaline.pilot.auth.Caller;
import io.hyaline.pilot.ca.Authorities;
import io.hyaline.pilot.ca.CertificateAuthority;
import io.hyaline.pilot.ca.CertificateService;
import io.hyaline.pilot.ca.ServingKey;
import io.hyaline.pilot.fixture.Certificates;
import io.hyaline.pilot.fixture.GatewayMesh;
import io.hyaline.xds.server.ServedType;
import io.netty.handler.ssl.SslContextBuilder;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is given a gateway's key, and when. */
class SecretExchangeTest {
    private static final String HTTPS = """
            apiVersion: networking.istio.io/v1
            kind: Gateway
            metadata: {name: g, namespace: default}
            spec:
              selector: {istio: ingressgateway}
              servers:
              - hosts: ['*']
                port: {name: https, number: 443, protocol: HTTPS}
                tls: {credentialName: c, mode: SIMPLE}
            """;

    private final InstantSource clock = InstantSource.system();
    private final CertificateAuthority authority = Authorities.fresh(clock);
    private final Connections connections = new Connections();
    private final GrpcServers servers = new GrpcServers();
    private final GatewayMesh mesh = new GatewayMesh().put(HTTPS);
    private ManagedChannel plain;
    private ManagedChannel proven;

    @BeforeEach
    void start() throws Exception {
        DiscoveryService discovery = new DiscoveryService(connections, clock);
        InetSocketAddress any = new InetSocketAddress("127.0.0.1", 0);
        plain = NettyChannelBuilder.forAddress("127.0.0.1", servers.startPlaintext(any, discovery))
                .usePlaintext()
                .build();
        int port = servers.startTls(
                any,
                discovery,
                new CertificateService(authority, () -> "cluster.local"),
                new ServingKey(authority, List.of("istiod.istio-system.svc"), clock),
                authority.root(),
                token -> token.equals("gateway") ? new Caller("istio-system", "istio-ingressgateway") : null);
        proven = NettyChannelBuilder.forAddress("127.0.0.1", port)
                .sslContext(
                        GrpcSslContexts.configure(SslContextBuilder.forClient().trustManager(authority.root()))
                                .build())
                .overrideAuthority("istiod.istio-system.svc")
                .build();
    }

    @AfterEach
    void stop() {
        plain.shutdownNow();
        proven.shutdownNow();
        servers.close();
        connections.close();
    }

    @Test
    void aProvenGatewayIsGivenItsSecretWhenItExistsAndEachTimeItChanges() throws Exception {
        connections.publish(mesh.snapshot());
        try (Replies<DiscoveryResponse> replies = new Replies<>()) {
            Metadata bearer = new Metadata();
            bearer.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer gateway");
            var requests = AggregatedDiscoveryServiceGrpc.newStub(proven)
                    .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(bearer))
                    .streamAggregatedResources(replies);
            ask(requests);
            assertThat(replies.next().getResourcesCount()).isZero();
            assertThat(connections.all().getFirst().state().problems())
                    .singleElement()
                    .satisfies(p -> assertThat(p.reason()).contains("secret istio-system/c does not exist"));
            Certificates first = Certificates.of("a.example.com");
            mesh.objects().put(first.secret("istio-system", "c"));
            connections.publish(mesh.snapshot());
            assertThat(key(replies.next())).isEqualTo(first.key());
            assertThat(connections.all().getFirst().state().problems()).isEmpty();
            Certificates second = Certificates.of("a.example.com");
            mesh.objects().put(second.secret("istio-system", "c"));
            connections.publish(mesh.snapshot());
            assertThat(key(replies.next())).isEqualTo(second.key());
        }
    }

    @Test
    void whoeverComesWithoutProofIsGivenNone() throws Exception {
        mesh.objects().put(Certificates.of("a.example.com").secret("istio-system", "c"));
        connections.publish(mesh.snapshot());
        try (Replies<DiscoveryResponse> replies = new Replies<>()) {
            ask(AggregatedDiscoveryServiceGrpc.newStub(plain).streamAggregatedResources(replies));
            assertThat(replies.next().getResourcesCount()).isZero();
            assertThat(connections.all().getFirst().state().problems())
                    .singleElement()
                    .satisfies(p -> assertThat(p.reason()).contains("is given no secrets"));
        }
    }

    @Test
    void aGatewayOfAnotherNamespaceFindsNoSecretThere() throws Exception {
        mesh.objects().put(Certificates.of("a.example.com").secret("default", "c"));
        connections.publish(mesh.snapshot());
        assertThat(Configs.of(mesh.snapshot(), GatewayMesh.gateway(), true)
                        .served()
                        .resources()
                        .get(ServedType.SECRET))
                .isEmpty();
    }

    private static void ask(StreamObserver<DiscoveryRequest> requests) {
        var labels = com.google.protobuf.Struct.newBuilder();
        GatewayMesh.gateway()
                .labels()
                .forEach((name, value) -> labels.putFields(
                        name,
                        com.google.protobuf.Value.newBuilder()
                                .setStringValue(value)
                                .build()));
        Node.Builder node = Node.newBuilder().setId(GatewayMesh.gateway().id());
        node.getMetadataBuilder()
                .putFields(
                        "LABELS",
                        com.google.protobuf.Value.newBuilder()
                                .setStructValue(labels)
                                .build());
        requests.onNext(DiscoveryRequest.newBuilder()
                .setNode(node)
                .setTypeUrl(ServedType.SECRET.url())
                .addResourceNames("kubernetes://c")
                .build());
    }

    private static String key(DiscoveryResponse response) throws Exception {
        assertThat(response.getTypeUrl()).isEqualTo(ServedType.SECRET.url());
        return response.getResources(0)
                .unpack(Secret.class)
                .getTlsCertificate()
                .getPrivateKey()
                .getInlineString();
    }
}
