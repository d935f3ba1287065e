package io.hyaline.proxy.subscribe;

import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.hyaline.identity.Pem;
import io.hyaline.proxy.socket.Sockets;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.NetUtil;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.concurrent.Executor;

/** Opens gRPC channels whose sockets come from a proxy's {@link Sockets} and live on its event loops. */
public final class GrpcChannels {

    private static final IntegerUnixChannelOption SO_MARK = new IntegerUnixChannelOption("SO_MARK", 1, 36);
    private static final int MESSAGE_LIMIT_BYTES = 64 * 1024 * 1024;
    private static final int METADATA_LIMIT_BYTES = 64 * 1024;

    private final EventLoopGroup loops;
    private final Sockets sockets;
    private final int mark;
    private final Executor control;

    /**
     * @param mark SO_MARK of the sockets, by which capture rules let them pass; 0 sets none
     * @param control runs the callbacks of every call; one thread, so that state needs no lock
     */
    public GrpcChannels(Sockets sockets, int mark, Executor control) {
        this.mark = mark;
        this.loops = sockets.loops();
        this.sockets = sockets;
        this.control = control;
    }

    /** A new channel; certificates are read now, so that a rotated root counts from the next connection on. */
    public ManagedChannel open(Target target) {
        NettyChannelBuilder builder = switch (target.endpoint()) {
            case Target.Endpoint.Tcp tcp -> tcp(tcp);
            case Target.Endpoint.Pipe pipe ->
                NettyChannelBuilder.forAddress(new DomainSocketAddress(pipe.path()))
                        .channelFactory(sockets::pipeChannel)
                        .overrideAuthority("localhost");
        };
        builder.eventLoopGroup(loops)
                .executor(control)
                .disableRetry()
                .maxInboundMessageSize(MESSAGE_LIMIT_BYTES)
                .maxInboundMetadataSize(METADATA_LIMIT_BYTES);
        Target.Tls tls = target.tls();
        if (tls == null) {
            builder.usePlaintext();
        } else {
            builder.sslContext(sslContext(tls));
            if (!tls.serverName().isEmpty()) {
                builder.overrideAuthority(tls.serverName());
            }
        }
        return builder.build();
    }

    private NettyChannelBuilder tcp(Target.Endpoint.Tcp tcp) {
        NettyChannelBuilder builder = NetUtil.isValidIpV4Address(tcp.host()) || NetUtil.isValidIpV6Address(tcp.host())
                ? NettyChannelBuilder.forAddress(new InetSocketAddress(tcp.host(), tcp.port()))
                : NettyChannelBuilder.forTarget("dns:///" + tcp.host() + ":" + tcp.port());
        if (mark != 0) {
            builder.withOption(SO_MARK, mark);
        }
        return builder.channelFactory(sockets::clientChannel)
                .withOption(ChannelOption.SO_KEEPALIVE, true)
                .withOption(EpollChannelOption.TCP_KEEPIDLE, 30)
                .withOption(EpollChannelOption.TCP_KEEPINTVL, 10)
                .withOption(EpollChannelOption.TCP_KEEPCNT, 3)
                .withOption(EpollChannelOption.TCP_USER_TIMEOUT, 30_000)
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, 5_000);
    }

    private static SslContext sslContext(Target.Tls tls) {
        try {
            SslContextBuilder builder = GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.OPENSSL);
            if (!tls.roots().equals(DataSource.getDefaultInstance())) {
                try (InputStream roots = read(tls.roots())) {
                    builder.trustManager(roots);
                }
            }
            if (tls.identity() != null) {
                builder.keyManager(
                        Pem.privateKey(text(tls.identity().getPrivateKey())),
                        Pem.certificates(text(tls.identity().getCertificateChain()))
                                .toArray(X509Certificate[]::new));
            }
            return builder.build();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the TLS files of the control plane's cluster: " + e, e);
        }
    }

    private static String text(DataSource source) throws IOException {
        try (InputStream bytes = read(source)) {
            return new String(bytes.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private static InputStream read(DataSource source) throws IOException {
        return switch (source.getSpecifierCase()) {
            case FILENAME -> new ByteArrayInputStream(Files.readAllBytes(Path.of(source.getFilename())));
            case INLINE_BYTES -> source.getInlineBytes().newInput();
            case INLINE_STRING ->
                new ByteArrayInputStream(source.getInlineString().getBytes(StandardCharsets.UTF_8));
            case ENVIRONMENT_VARIABLE, SPECIFIER_NOT_SET ->
                throw new IOException("expected filename, inline_bytes or inline_string");
        };
    }
}
