package io.hyaline.pilot.serve;

import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerInterceptors;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.hyaline.pilot.auth.Authentication;
import io.hyaline.pilot.auth.TokenCheck;
import io.hyaline.pilot.ca.CertificateService;
import io.hyaline.pilot.ca.ServingKey;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/** The two gRPC ports: with TLS, where callers prove who they are, and without. */
public final class GrpcServers implements AutoCloseable {
    private static final int LARGEST_REQUEST_BYTES = 4 * 1024 * 1024;
    private static final int PINGS_AT_MOST_EVERY_SECONDS = 15;

    private final List<Server> servers = new ArrayList<>();

    /** Discovery and certificates; the certificate of the server is renewed without a restart. */
    public int startTls(
            InetSocketAddress address,
            DiscoveryService discovery,
            CertificateService certificates,
            ServingKey key,
            X509Certificate root,
            TokenCheck tokens)
            throws IOException {
        Authentication authentication = new Authentication(tokens);
        return start(builder(address)
                .sslContext(context(key, root))
                .addService(ServerInterceptors.intercept(discovery, authentication))
                .addService(ServerInterceptors.intercept(certificates, authentication)));
    }

    public int startPlaintext(InetSocketAddress address, DiscoveryService discovery) throws IOException {
        return start(builder(address).addService(discovery));
    }

    @Override
    public void close() {
        servers.forEach(Server::shutdownNow);
        try {
            for (Server server : servers) {
                server.awaitTermination(2, TimeUnit.SECONDS);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private int start(ServerBuilder<?> builder) throws IOException {
        Server server = builder.build().start();
        servers.add(server);
        return server.getPort();
    }

    private static NettyServerBuilder builder(InetSocketAddress address) {
        return NettyServerBuilder.forAddress(address)
                .maxInboundMessageSize(LARGEST_REQUEST_BYTES)
                .permitKeepAliveTime(PINGS_AT_MOST_EVERY_SECONDS, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .keepAliveTime(30, TimeUnit.SECONDS);
    }

    private static SslContext context(ServingKey key, X509Certificate root) throws SSLException {
        return GrpcSslContexts.configure(
                        SslContextBuilder.forServer(key).trustManager(root).clientAuth(ClientAuth.OPTIONAL),
                        SslProvider.JDK)
                .build();
    }
}
