package io.hyaline.proxy.envoy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.hyaline.identity.Pem;
import io.hyaline.identity.SpiffeId;
import io.hyaline.proxy.secret.Identity;
import io.hyaline.proxy.secret.StreamedSecrets;
import io.hyaline.proxy.secret.TestCa;
import io.hyaline.proxy.sidecar.MessagePool;
import io.hyaline.proxy.socket.LocalSockets;
import io.hyaline.proxy.subscribe.GrpcChannels;
import io.hyaline.proxy.subscribe.Target;
import io.netty.channel.EventLoopGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Asks as Envoy asks: one stream for each secret. */
class SdsServerTest {

    @TempDir
    private Path dir;

    private final EventLoopGroup loops = LocalSockets.newLoops(1);
    private final ScheduledExecutorService control = Executors.newSingleThreadScheduledExecutor();
    private final GrpcChannels channels = new GrpcChannels(new LocalSockets(loops), 0, control);
    private final TestCa ca = new TestCa(Duration.ofHours(24), InstantSource.system());
    private final Map<String, Secret> received = new ConcurrentHashMap<>();
    private final List<StreamedSecrets> clients = new ArrayList<>();
    private Server caServer;
    private SdsServer sds;

    @BeforeEach
    void startCa() throws Exception {
        caServer = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .intercept(ca)
                .addService(ca)
                .build()
                .start();
    }

    @AfterEach
    void tearDown() throws Exception {
        control.submit(() -> clients.forEach(StreamedSecrets::close)).get();
        sds.close();
        caServer.shutdownNow();
        control.shutdownNow();
        loops.shutdownGracefully();
    }

    @Test
    void whoAsksBeforeTheCaAnsweredGetsTheSecretsLater() throws Exception {
        ca.refuse = "not yet";
        listen();
        await().untilAsserted(() -> assertThat(sds.lastFailure()).contains("not yet"));
        ask("default");
        ask("ROOTCA");
        assertThat(received).isEmpty();
        ca.refuse = "";
        await().untilAsserted(() -> assertThat(received).containsOnlyKeys("default", "ROOTCA"));
        assertThat(received.get("default").getTlsCertificate().getPrivateKey().getInlineBytes())
                .isNotEmpty();
        assertThat(received.get("ROOTCA")
                        .getValidationContext()
                        .getTrustedCa()
                        .getInlineBytes()
                        .toStringUtf8())
                .isEqualTo(Pem.ofCertificates(List.of(ca.root)));
        assertThat(sds.lastFailure()).isEmpty();
    }

    @Test
    void replacesASocketThatWasLeftAndLeavesNone() throws Exception {
        Files.writeString(socket(), "left by a process that was killed");
        listen();
        assertThat(Files.getPosixFilePermissions(socket())).isEqualTo(PosixFilePermissions.fromString("rw-rw-rw-"));
        ask("default");
        await().until(() -> received.containsKey("default"));
        sds.close();
        assertThat(socket()).doesNotExist();
    }

    private Path socket() {
        return dir.resolve("socket");
    }

    private void listen() throws Exception {
        Path roots = Files.writeString(dir.resolve("root-cert.pem"), Pem.ofCertificates(List.of(ca.root)));
        Path token = Files.writeString(dir.resolve("istio-token"), "the-token\n");
        Identity identity = new Identity(
                SpiffeId.ofServiceAccount("cluster.local", "default", "httpbin"),
                new Target(new Target.Endpoint.Tcp("127.0.0.1", caServer.getPort()), null),
                roots,
                token);
        sds = SdsServer.listen(socket(), identity, channels, control, loops);
    }

    private void ask(String name) {
        Target server = new Target(new Target.Endpoint.Pipe(socket().toString()), null);
        Node node = Node.newBuilder()
                .setId("sidecar~10.0.0.1~app.default~cluster.local")
                .build();
        StreamedSecrets client = new StreamedSecrets(
                server,
                channels,
                node,
                new MessagePool().intake(),
                control,
                secret -> received.put(secret.getName(), secret));
        clients.add(client);
        control.execute(() -> client.want(Set.of(name)));
    }
}
