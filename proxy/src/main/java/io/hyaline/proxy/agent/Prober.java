package io.hyaline.proxy.agent;

import io.hyaline.proxy.socket.Sockets;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;

/**
 * Calls the application for the kubelet: at the pod's own address, from 127.0.0.6 (::6), which capture lets pass. A new
 * connection for each probe, at most {@value #LIMIT} at a time.
 */
final class Prober {

    static final int LIMIT = 64;
    private static final InetAddress SOURCE = literal("127.0.0.6");
    private static final InetAddress SOURCE_V6 = literal("::6");

    /** What the probe found; the body is at most 10 KB. */
    record Result(int status, String body) {}

    private static final class Tls {
        /** As the kubelet does, a probe does not verify the application's certificate. */
        static final SslContext UNVERIFIED = unverified();

        private static SslContext unverified() {
            try {
                return SslContextBuilder.forClient()
                        .sslProvider(SslProvider.OPENSSL)
                        .trustManager(InsecureTrustManagerFactory.INSTANCE)
                        .endpointIdentificationAlgorithm(null)
                        .build();
            } catch (SSLException e) {
                throw new IllegalStateException("no TLS for probes", e);
            }
        }
    }

    private final Sockets sockets;
    private final InetAddress pod;
    private final AtomicInteger running = new AtomicInteger();

    /** @param pod the pod's own address */
    Prober(Sockets sockets, InetAddress pod) {
        this.sockets = sockets;
        this.pod = pod;
    }

    /**
     * Runs {@code probe} on {@code loop} and calls {@code done} there, once.
     *
     * @param host the Host header of the kubelet's request
     * @param incoming its other headers, which the application shall see
     */
    void run(AppProbe probe, String host, HttpHeaders incoming, EventLoop loop, Consumer<Result> done) {
        if (running.incrementAndGet() > LIMIT) {
            running.decrementAndGet();
            done.accept(new Result(503, "more than " + LIMIT + " probes at once"));
            return;
        }
        ProbeExchange exchange = new ProbeExchange(probe, result -> {
            running.decrementAndGet();
            done.accept(result);
        });
        ChannelHandler setup = switch (probe) {
            case AppProbe.Http http ->
                initializer(channel -> {
                    if (http.tls()) {
                        channel.pipeline().addLast(Tls.UNVERIFIED.newHandler(channel.alloc()));
                    }
                    channel.pipeline()
                            .addLast(new HttpClientCodec())
                            .addLast(new HttpProbe(http, host, incoming, exchange));
                });
            case AppProbe.Tcp _ -> initializer(channel -> channel.pipeline().addLast(new TcpProbe(exchange)));
            case AppProbe.Grpc grpc -> initializer(channel -> GrpcProbe.install(channel, grpc, pod, exchange));
        };
        InetSocketAddress target = new InetSocketAddress(pod, probe.port());
        InetAddress source = pod instanceof Inet6Address ? SOURCE_V6 : SOURCE;
        ChannelFuture connecting = new Bootstrap()
                .group(loop)
                .channelFactory(sockets::clientChannel)
                .option(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        probe.timeout().toMillis())
                .handler(setup)
                .connect(target, new InetSocketAddress(source, 0));
        exchange.limitTo(connecting.channel());
        connecting.addListener(future -> {
            if (!future.isSuccess()) {
                exchange.fail(target + ": " + future.cause().getMessage());
            }
        });
    }

    private static ChannelHandler initializer(Consumer<Channel> setup) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                setup.accept(channel);
            }
        };
    }

    private static InetAddress literal(String address) {
        try {
            return InetAddress.getByName(address);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(address, e);
        }
    }
}
