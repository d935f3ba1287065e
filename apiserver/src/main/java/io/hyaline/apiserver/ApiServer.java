package io.hyaline.apiserver;

import io.hyaline.apiserver.address.Authority;
import io.hyaline.apiserver.address.Ip;
import io.hyaline.apiserver.auth.Certificates;
import io.hyaline.apiserver.auth.Certificates.Identity;
import io.hyaline.apiserver.auth.Tokens;
import io.hyaline.apiserver.http.Server;
import io.hyaline.apiserver.store.Store;
import io.hyaline.apiserver.store.StoreLimits;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;

/** A running API server. */
public final class ApiServer implements AutoCloseable {
    private final Server server;
    private final Wiring wiring;
    private final Store store;
    private final int port;

    private ApiServer(Server server, Wiring wiring, Store store, int port) {
        this.server = server;
        this.wiring = wiring;
        this.store = store;
        this.port = port;
    }

    /**
     * Starts a server and writes the administrator's kubeconfig. Throws IllegalStateException or
     * {@link io.hyaline.apiserver.store.StoreException} with a message for people when it cannot.
     */
    public static ApiServer start(ApiServerConfig config) {
        Path data = config.dataDirectory();
        Certificates certificates;
        Tokens tokens;
        SslContext tls;
        try {
            Files.createDirectories(data);
            certificates = Certificates.in(data, config.clock().instant());
            tokens = Tokens.in(data, config.clock());
            tls = tls(certificates, config);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(
                    "cannot use the data directory " + data + " (" + e
                            + "); check that it is a directory that you may read and write, or choose another one",
                    e);
        }
        Store store = Store.open(data.resolve("objects.db"), StoreLimits.DEFAULT);
        Server server = null;
        try {
            Wiring wiring = new Wiring(config, store, tokens);
            server = new Server(tls, wiring.router(), config.limits());
            wiring.serve(server);
            int port = config.port();
            for (Ip address : Reached.sockets(config.listening())) {
                port = server.listen(new InetSocketAddress(address.inet(), port));
            }
            wiring.begin(port);
            Identity admin = certificates.client("kubernetes-admin", List.of("system:masters"));
            String url =
                    "https://" + Authority.of(Reached.here(config.listening()).toString(), port);
            Kubeconfig.write(config.kubeconfig(), url, certificates.caPem(), admin);
            return new ApiServer(server, wiring, store, port);
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            if (server != null) {
                server.close();
            }
            store.close();
            throw e instanceof RuntimeException known
                    ? known
                    : new IllegalStateException("cannot write the kubeconfig " + config.kubeconfig() + ": " + e, e);
        }
    }

    public int port() {
        return port;
    }

    @Override
    public void close() {
        server.close();
        wiring.close();
        store.close();
    }

    private static SslContext tls(Certificates certificates, ApiServerConfig config)
            throws IOException, GeneralSecurityException {
        List<String> names = List.of(
                "localhost",
                "kubernetes",
                "kubernetes.default",
                "kubernetes.default.svc",
                "kubernetes.default.svc.cluster.local");
        Identity identity =
                certificates.server(names, Reached.all(config.listening(), config.advertised(), config.ranges()));
        return SslContextBuilder.forServer(identity.key(), identity.certificate())
                .sslProvider(SslProvider.JDK)
                .trustManager(certificates.ca())
                .clientAuth(ClientAuth.OPTIONAL)
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        ApplicationProtocolNames.HTTP_1_1))
                .build();
    }
}
