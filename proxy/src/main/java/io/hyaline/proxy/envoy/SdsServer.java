package io.hyaline.proxy.envoy;

import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.envoyproxy.envoy.service.secret.v3.SecretDiscoveryServiceGrpc;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.hyaline.proxy.secret.Identity;
import io.hyaline.proxy.secret.IssuedSecrets;
import io.hyaline.proxy.subscribe.GrpcChannels;
import io.hyaline.xds.server.NodeConfig;
import io.hyaline.xds.server.Served;
import io.hyaline.xds.server.ServedType;
import io.hyaline.xds.server.SotwSession;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Gives one Envoy its certificate on a unix socket. The key is made here, certified by the mesh's CA, and renewed; it goes
 * nowhere else. Who may connect is decided by the directory that the socket is in.
 *
 * <p>State belongs to the control thread.
 */
public final class SdsServer implements AutoCloseable {

    private static final int STREAM_LIMIT = 64;

    private final Path path;
    private final ScheduledExecutorService control;
    private final IssuedSecrets source;
    private final SortedMap<String, Served> secrets = new TreeMap<>();
    private final Set<Stream> streams = new HashSet<>();
    private final Server server;
    private long version;

    private SdsServer(
            Path path,
            Identity identity,
            GrpcChannels channels,
            ScheduledExecutorService control,
            EventLoopGroup loops) {
        this.path = path;
        this.control = control;
        this.source =
                new IssuedSecrets(identity, channels, control, this::arrived, InstantSource.system(), Math::random);
        this.server = NettyServerBuilder.forAddress(new DomainSocketAddress(path.toString()))
                .channelType(EpollServerDomainSocketChannel.class)
                .bossEventLoopGroup(loops)
                .workerEventLoopGroup(loops)
                // gRPC sets it for every socket, and a unix one has none: null takes it back.
                .withChildOption(ChannelOption.SO_KEEPALIVE, null)
                .maxConcurrentCallsPerConnection(STREAM_LIMIT)
                .executor(control)
                .addService(new Service())
                .build();
    }

    /**
     * Listens on {@code path} and asks for the first certificate at once.
     *
     * @param channels how the CA is reached
     * @param control one thread
     */
    public static SdsServer listen(
            Path path, Identity identity, GrpcChannels channels, ScheduledExecutorService control, EventLoopGroup loops)
            throws IOException {
        SdsServer sds = new SdsServer(path, identity, channels, control, loops);
        // Left by a process that was killed: only the node names this path, and only to one process at a time.
        Files.deleteIfExists(path);
        sds.server.start();
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"));
        control.execute(() -> sds.source.want(Set.of(IssuedSecrets.CERTIFICATE, IssuedSecrets.ROOTS)));
        return sds;
    }

    /** Why there is no certificate yet, or no new one; empty when all is well. */
    public String lastFailure() {
        return source.lastFailure();
    }

    private void arrived(Secret secret) {
        secrets.put(secret.getName(), Served.of(secret));
        NodeConfig config = config();
        streams.forEach(stream -> stream.update(config));
    }

    private NodeConfig config() {
        return new NodeConfig(++version, Map.of(ServedType.SECRET, new TreeMap<>(secrets)));
    }

    @Override
    public void close() throws IOException {
        control.execute(source::close);
        server.shutdownNow();
        try {
            server.awaitTermination(2, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        Files.deleteIfExists(path);
    }

    private final class Service extends SecretDiscoveryServiceGrpc.SecretDiscoveryServiceImplBase {

        @Override
        public StreamObserver<DiscoveryRequest> streamSecrets(StreamObserver<DiscoveryResponse> envoy) {
            Stream stream = new Stream((ServerCallStreamObserver<DiscoveryResponse>) envoy);
            streams.add(stream);
            return stream;
        }
    }

    /** One of Envoy's streams; it opens one for each secret. */
    private final class Stream implements StreamObserver<DiscoveryRequest> {

        private final ServerCallStreamObserver<DiscoveryResponse> envoy;
        private final SotwSession session = new SotwSession();

        Stream(ServerCallStreamObserver<DiscoveryResponse> envoy) {
            this.envoy = envoy;
            envoy.setOnCancelHandler(() -> streams.remove(this));
            session.update(config());
        }

        @Override
        public void onNext(DiscoveryRequest request) {
            session.request(request).forEach(envoy::onNext);
        }

        void update(NodeConfig config) {
            session.update(config).forEach(envoy::onNext);
        }

        @Override
        public void onError(Throwable problem) {
            streams.remove(this);
        }

        @Override
        public void onCompleted() {
            streams.remove(this);
            envoy.onCompleted();
        }
    }
}
