package io.hyaline.pilot.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.ObjectKey;
import io.hyaline.pilot.auth.Caller;
import io.hyaline.pilot.ca.Authorities;
import io.hyaline.pilot.ca.CertificateAuthority;
import io.hyaline.pilot.ca.CertificateService;
import io.hyaline.pilot.ca.ServingKey;
import io.hyaline.pilot.fixture.Csr;
import io.hyaline.pilot.fixture.Objects;
import io.hyaline.pilot.fixture.SeedMesh;
import io.hyaline.pilot.ingest.Snapshots;
import io.hyaline.xds.ca.IstioCertificateRequest;
import io.hyaline.xds.ca.IstioCertificateServiceGrpc;
import io.hyaline.xds.server.ResourceStatus;
import io.hyaline.xds.server.ServedType;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.ByteArrayInputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whole exchanges over gRPC, as proxies hold them. */
class ExchangeTest {
    private static final String SPIFFE = "spiffe://cluster.local/ns/default/sa/httpbin";
    private final InstantSource clock = InstantSource.system();
    private final CertificateAuthority authority = Authorities.fresh(clock);
    private final Connections connections = new Connections();
    private final GrpcServers servers = new GrpcServers();
    private ManagedChannel plain;
    private int tlsPort;

    @BeforeEach
    void start() throws Exception {
        DiscoveryService discovery = new DiscoveryService(connections, clock);
        InetSocketAddress any = new InetSocketAddress("127.0.0.1", 0);
        int port = servers.startPlaintext(any, discovery);
        tlsPort = servers.startTls(
                any,
                discovery,
                new CertificateService(authority, () -> "cluster.local"),
                new ServingKey(authority, List.of("istiod.istio-system.svc"), clock),
                authority.root(),
                token -> token.equals("good") ? new Caller("default", "httpbin") : null);
        plain = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    }

    @AfterEach
    void stop() {
        plain.shutdownNow();
        servers.close();
        connections.close();
    }

    @Test
    void aProxyIsToldEverythingInOrderAndThenOnlyWhatChanges() throws Exception {
        SeedMesh mesh = new SeedMesh();
        connections.publish(version(mesh.snapshot(), 1));
        try (Replies<DiscoveryResponse> replies = new Replies<>()) {
            var requests = AggregatedDiscoveryServiceGrpc.newStub(plain).streamAggregatedResources(replies);
            requests.onNext(
                    ask(ServedType.CLUSTER).toBuilder().setNode(Nodes.httpbin()).build());
            DiscoveryResponse clusters = replies.next();
            assertThat(clusters.getResourcesCount()).isEqualTo(6);
            requests.onNext(ack(clusters).build());
            requests.onNext(ask(ServedType.LISTENER));
            DiscoveryResponse listeners = replies.next();
            assertThat(listeners.getResourcesList().stream().map(ExchangeTest::listenerName))
                    .contains("virtualInbound", "virtualOutbound", "0.0.0.0_8000");
            requests.onNext(ack(listeners)
                    .setErrorDetail(com.google.rpc.Status.newBuilder().setMessage("virtualInbound: too fancy"))
                    .build());
            requests.onNext(ask(ServedType.ROUTE, "8000"));
            assertThat(replies.next().getResourcesCount()).isEqualTo(1);
            mesh.pod("httpbin", "172.20.2.66", true, 8000);
            requests.onNext(ask(ServedType.ENDPOINT, "outbound|8000||httpbin.default.svc.cluster.local"));
            assertThat(replies.next().getTypeUrl()).isEqualTo(ServedType.ENDPOINT.url());
            connections.publish(version(mesh.snapshot(), 2));
            assertThat(replies.next().getTypeUrl()).isEqualTo(ServedType.ENDPOINT.url());
            assertThat(replies.isQuiet()).isTrue();
            Connection connection = connections.all().getFirst();
            assertThat(connection.node()).isEqualTo(NodeReader.read(Nodes.httpbin()));
            assertThat(connection.state().resources())
                    .filteredOn(r -> r.state() == ResourceStatus.State.NACKED)
                    .extracting(ResourceStatus::name)
                    .containsExactly("virtualInbound");
        }
    }

    @Test
    void aRefusalIsHeldAgainstTheEnvoyFilterUntilAnotherVersionIsTaken() throws Exception {
        MeshSnapshot patched = Snapshots.of(Objects.SEED_CLUSTER + "---\n" + Objects.SEED_FILTER);
        connections.publish(version(patched, 1));
        try (Replies<DiscoveryResponse> replies = new Replies<>()) {
            var requests = AggregatedDiscoveryServiceGrpc.newStub(plain).streamAggregatedResources(replies);
            requests.onNext(ask(ServedType.LISTENER).toBuilder()
                    .setNode(Nodes.httpbin())
                    .build());
            requests.onNext(ack(replies.next())
                    .setErrorDetail(com.google.rpc.Status.newBuilder().setMessage("virtualInbound: too fancy"))
                    .build());
            replies.await(() -> !connections.complaints().isEmpty());
            assertThat(connections.complaints())
                    .containsExactly(new Complaint(
                            new ObjectKey("istio-system", "enable-xff-for-sidecar-inbound"),
                            "httpbin-5.default",
                            "listener virtualInbound is refused, as this EnvoyFilter patches it:"
                                    + " virtualInbound: too fancy"));
            connections.publish(version(Snapshots.of(Objects.SEED_CLUSTER), 2));
            requests.onNext(ack(replies.next()).build());
            replies.await(() -> connections.complaints().isEmpty());
        }
    }

    @Test
    void deltaTellsTheSame() throws Exception {
        connections.publish(version(new SeedMesh().snapshot(), 1));
        try (Replies<DeltaDiscoveryResponse> replies = new Replies<>()) {
            var requests = AggregatedDiscoveryServiceGrpc.newStub(plain).deltaAggregatedResources(replies);
            requests.onNext(DeltaDiscoveryRequest.newBuilder()
                    .setNode(Nodes.httpbin())
                    .setTypeUrl(ServedType.CLUSTER.url())
                    .build());
            assertThat(replies.next().getResourcesCount()).isEqualTo(6);
        }
    }

    @Test
    void aProxyThatComesBeforeTheFirstSnapshotIsToldThen() throws Exception {
        try (Replies<DiscoveryResponse> replies = new Replies<>()) {
            var requests = AggregatedDiscoveryServiceGrpc.newStub(plain).streamAggregatedResources(replies);
            requests.onNext(
                    ask(ServedType.CLUSTER).toBuilder().setNode(Nodes.httpbin()).build());
            replies.await(() -> !connections.all().isEmpty());
            connections.publish(version(new SeedMesh().snapshot(), 1));
            assertThat(replies.next().getResourcesCount()).isEqualTo(6);
        }
    }

    @Test
    void aNodeThatIsNoneIsRefused() throws Exception {
        try (Replies<DiscoveryResponse> replies = new Replies<>()) {
            var requests = AggregatedDiscoveryServiceGrpc.newStub(plain).streamAggregatedResources(replies);
            requests.onNext(ask(ServedType.CLUSTER));
            assertThat(replies.failure().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        }
    }

    @Test
    void theTlsPortSignsForTheTokensAccountAndThenKnowsTheCertificate() throws Exception {
        connections.publish(version(new SeedMesh().snapshot(), 1));
        KeyPair keys = Csr.keys();
        List<String> chain;
        ManagedChannel bearer = tls(SslContextBuilder.forClient());
        try {
            chain = IstioCertificateServiceGrpc.newBlockingStub(bearer)
                    .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(token("good")))
                    .createCertificate(IstioCertificateRequest.newBuilder()
                            .setCsr(Csr.request(keys, SPIFFE))
                            .build())
                    .getCertChainList();
            assertThatThrownBy(() -> IstioCertificateServiceGrpc.newBlockingStub(bearer)
                            .createCertificate(IstioCertificateRequest.getDefaultInstance()))
                    .isInstanceOf(StatusRuntimeException.class)
                    .hasMessageContaining("UNAUTHENTICATED");
            assertThatThrownBy(() -> IstioCertificateServiceGrpc.newBlockingStub(bearer)
                            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(token("good")))
                            .createCertificate(IstioCertificateRequest.newBuilder()
                                    .setCsr(Csr.request("spiffe://cluster.local/ns/default/sa/other"))
                                    .build()))
                    .hasMessageContaining("INVALID_ARGUMENT");
        } finally {
            bearer.shutdownNow();
        }
        X509Certificate[] certificates =
                chain.stream().map(ExchangeTest::certificate).toArray(X509Certificate[]::new);
        ManagedChannel mutual = tls(SslContextBuilder.forClient().keyManager(keys.getPrivate(), certificates));
        try (Replies<DiscoveryResponse> replies = new Replies<>()) {
            var requests = AggregatedDiscoveryServiceGrpc.newStub(mutual).streamAggregatedResources(replies);
            requests.onNext(
                    ask(ServedType.CLUSTER).toBuilder().setNode(Nodes.httpbin()).build());
            assertThat(replies.next().getResourcesCount()).isEqualTo(6);
            assertThat(connections.all().getFirst().state().caller()).isEqualTo("default/httpbin");
        } finally {
            mutual.shutdownNow();
        }
    }

    @Test
    void nobodyPosesAsAPodOfAnotherNamespace() throws Exception {
        ManagedChannel channel = tls(SslContextBuilder.forClient());
        try (Replies<DiscoveryResponse> replies = new Replies<>()) {
            var requests = AggregatedDiscoveryServiceGrpc.newStub(channel)
                    .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(token("good")))
                    .streamAggregatedResources(replies);
            requests.onNext(ask(ServedType.CLUSTER).toBuilder()
                    .setNode(Nodes.of("sidecar~10.0.0.1~x.kube-system~kube-system.svc.cluster.local"))
                    .build());
            assertThat(replies.failure().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
        } finally {
            channel.shutdownNow();
        }
    }

    private ManagedChannel tls(SslContextBuilder context) throws Exception {
        return NettyChannelBuilder.forAddress("127.0.0.1", tlsPort)
                .sslContext(GrpcSslContexts.configure(context.trustManager(authority.root()))
                        .build())
                .overrideAuthority("istiod.istio-system.svc")
                .build();
    }

    private static Metadata token(String token) {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
        return headers;
    }

    private static MeshSnapshot version(MeshSnapshot m, long version) {
        return new MeshSnapshot(
                version,
                m.mesh(),
                m.services(),
                m.endpoints(),
                m.workloads(),
                m.workloadsByAddress(),
                m.peerAuthentications(),
                m.envoyFilters(),
                m.sidecars(),
                m.traffic(),
                m.problems(),
                m.generations());
    }

    private static DiscoveryRequest ask(ServedType type, String... names) {
        return DiscoveryRequest.newBuilder()
                .setTypeUrl(type.url())
                .addAllResourceNames(List.of(names))
                .build();
    }

    private static DiscoveryRequest.Builder ack(DiscoveryResponse response) {
        return DiscoveryRequest.newBuilder()
                .setTypeUrl(response.getTypeUrl())
                .setVersionInfo(response.getVersionInfo())
                .setResponseNonce(response.getNonce());
    }

    private static String listenerName(com.google.protobuf.Any any) {
        try {
            return any.unpack(Listener.class).getName();
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private static X509Certificate certificate(String pem) {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
        } catch (java.security.cert.CertificateException e) {
            throw new AssertionError(e);
        }
    }
}
