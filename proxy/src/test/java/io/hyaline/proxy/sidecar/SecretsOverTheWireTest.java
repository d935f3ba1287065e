package io.hyaline.proxy.sidecar;

import static io.hyaline.xds.client.ResourceType.CLUSTER;
import static io.hyaline.xds.client.ResourceType.LISTENER;
import static io.hyaline.xds.client.ResourceType.ROUTE;
import static io.hyaline.xds.client.ResourceType.SECRET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiConfigSource.ApiType;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.envoyproxy.envoy.service.secret.v3.SecretDiscoveryServiceGrpc;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.hyaline.identity.Pem;
import io.hyaline.identity.SpiffeId;
import io.hyaline.proxy.instance.InstanceConfig;
import io.hyaline.proxy.instance.ProxyInstance;
import io.hyaline.proxy.log.LogWriter;
import io.hyaline.proxy.secret.Identity;
import io.hyaline.proxy.secret.TestCa;
import io.hyaline.proxy.socket.LocalSockets;
import io.hyaline.proxy.subscribe.Target;
import io.hyaline.proxy.upstream.ClusterPlan;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A TLS listener gets its certificate from each kind of source. */
class SecretsOverTheWireTest {

    @TempDir
    private Path dir;

    private final EventLoopGroup loops = LocalSockets.newLoops(1);
    private final ScheduledExecutorService control = Executors.newSingleThreadScheduledExecutor();
    private final AdsServer ads = new AdsServer();
    private final TestCa ca = new TestCa(Duration.ofHours(24), InstantSource.system());
    private final List<Server> servers = new ArrayList<>();
    private final LogWriter logs = new LogWriter();
    private final ProxyInstance instance = new ProxyInstance(
            new InstanceConfig(
                    "default/app",
                    new LocalSockets(loops),
                    (_, _, _, _) -> {},
                    ClusterPlan.Sockets.DEFAULT,
                    0,
                    null,
                    InstanceConfig.DRAIN_TIME),
            logs);
    private InetSocketAddress adsAddress;
    private Sidecar sidecar;

    @BeforeEach
    void listen() throws Exception {
        adsAddress = serve(NettyServerBuilder.forAddress(loopback()), ads);
        ads.set(CLUSTER);
        ads.set(ROUTE, Configs.route("80", "web"));
    }

    @AfterEach
    void tearDown() {
        if (sidecar != null) {
            sidecar.shutdown().join();
        }
        servers.forEach(Server::shutdownNow);
        control.shutdownNow();
        logs.close();
        loops.shutdownGracefully();
    }

    @Test
    void fromTheCaOverTlsWithTheToken() throws Exception {
        ads.set(LISTENER, Configs.https("in", 0, "80", ConfigSource.getDefaultInstance()));
        Identity identity = identity("istiod.istio-system.svc");
        ca.refuse = "not yet";
        start(Configs.following(adsAddress, ApiType.GRPC), identity);
        await().untilAsserted(() -> assertThat(sidecar.progress().failure()).contains("not yet"));
        assertThat(sidecar.progress().waitingFor()).containsExactly("SECRET default");
        ca.refuse = "";
        awaitReady();
        assertThat(instance.plan().source().secrets()).containsOnlyKeys("default");
        assertThat(ca.callers).containsOnly("Bearer the-token");
    }

    @Test
    void aCaUnderAnotherNameIsNotBelieved() throws Exception {
        ads.set(LISTENER, Configs.https("in", 0, "80", ConfigSource.getDefaultInstance()));
        start(Configs.following(adsAddress, ApiType.GRPC), identity("someone-else.svc"));
        await().untilAsserted(() -> assertThat(sidecar.progress().failure()).contains("UNAVAILABLE"));
        assertThat(ca.callers).isEmpty();
    }

    @Test
    void fromTheAdsStream() throws Exception {
        ConfigSource source = ConfigSource.newBuilder()
                .setAds(AggregatedConfigSource.getDefaultInstance())
                .build();
        ads.set(LISTENER, Configs.https("in", 0, "80", source));
        start(Configs.following(adsAddress, ApiType.DELTA_GRPC), null);
        await().until(() -> ads.heard().contains("SECRET [default]"));
        assertThat(sidecar.progress().ready()).isFalse();
        ads.set(SECRET, secret());
        awaitReady();
        assertThat(instance.plan().source().secrets()).containsEntry("default", secret());
    }

    @Test
    void fromAnSdsServerBehindAUnixSocket() throws Exception {
        Path path = dir.resolve("sds.sock");
        serve(
                NettyServerBuilder.forAddress(new DomainSocketAddress(path.toString()))
                        .channelType(EpollServerDomainSocketChannel.class)
                        .bossEventLoopGroup(loops)
                        .workerEventLoopGroup(loops),
                new Sds(secret()));
        ConfigSource source = ConfigSource.newBuilder()
                .setApiConfigSource(Configs.grpc("sds-grpc"))
                .build();
        ads.set(LISTENER, Configs.https("in", 0, "80", source));
        start(Configs.following(adsAddress, ApiType.GRPC, Configs.pipeCluster("sds-grpc", path.toString())), null);
        awaitReady();
        assertThat(instance.plan().source().secrets()).containsEntry("default", secret());
    }

    private void awaitReady() {
        await().untilAsserted(() -> assertThat(sidecar.progress().ready()).isTrue());
        assertThat(instance.plan().source().listeners()).containsOnlyKeys("in");
    }

    private void start(Bootstrap bootstrap, Identity identity) throws Exception {
        sidecar = new Sidecar(bootstrap, identity, instance, new Sidecar.Shared(control, new MessagePool()));
        sidecar.start();
    }

    /** An identity whose CA runs here, as {@code istiod.istio-system.svc}, and is expected under {@code name}. */
    private Identity identity(String name) throws Exception {
        TestCa.ServerCertificate own = ca.server("istiod.istio-system.svc");
        InetSocketAddress address = serve(
                NettyServerBuilder.forAddress(loopback())
                        .sslContext(GrpcSslContexts.forServer(stream(own.chainPem()), stream(own.keyPem()))
                                .build())
                        .intercept(ca),
                ca);
        Path roots = Files.writeString(dir.resolve("root-cert.pem"), Pem.ofCertificates(List.of(ca.root)));
        Path token = Files.writeString(dir.resolve("istio-token"), "the-token\n");
        return new Identity(
                SpiffeId.ofServiceAccount("cluster.local", "default", "httpbin"),
                Target.ofAddress("127.0.0.1:" + address.getPort(), name, roots.toString()),
                roots,
                token);
    }

    private Secret secret() {
        TestCa.ServerCertificate certificate = fixed;
        return Secret.newBuilder()
                .setName("default")
                .setTlsCertificate(TlsCertificate.newBuilder()
                        .setCertificateChain(inline(certificate.chainPem()))
                        .setPrivateKey(inline(certificate.keyPem())))
                .build();
    }

    private final TestCa.ServerCertificate fixed = ca.server("app");

    private static DataSource inline(String text) {
        return DataSource.newBuilder()
                .setInlineBytes(ByteString.copyFromUtf8(text))
                .build();
    }

    private InetSocketAddress serve(NettyServerBuilder builder, BindableService service) throws Exception {
        Server server = builder.addService(service).build().start();
        servers.add(server);
        return server.getListenSockets().getFirst() instanceof InetSocketAddress address
                ? new InetSocketAddress(InetAddress.getLoopbackAddress(), address.getPort())
                : loopback();
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private static ByteArrayInputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Answers each first request with one secret. */
    private static final class Sds extends SecretDiscoveryServiceGrpc.SecretDiscoveryServiceImplBase {

        private final Secret secret;

        Sds(Secret secret) {
            this.secret = secret;
        }

        @Override
        public StreamObserver<DiscoveryRequest> streamSecrets(StreamObserver<DiscoveryResponse> responses) {
            return new StreamObserver<>() {
                @Override
                public void onNext(DiscoveryRequest request) {
                    if (request.getResponseNonce().isEmpty()) {
                        responses.onNext(DiscoveryResponse.newBuilder()
                                .setTypeUrl(SECRET.typeUrl())
                                .setVersionInfo("1")
                                .setNonce("1")
                                .addResources(Any.pack(secret))
                                .build());
                    }
                }

                @Override
                public void onError(Throwable t) {}

                @Override
                public void onCompleted() {}
            };
        }
    }
}
