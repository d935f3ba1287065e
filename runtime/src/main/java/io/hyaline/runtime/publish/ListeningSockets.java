package io.hyaline.runtime.publish;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Listening sockets of the host, which a process in another network namespace is going to serve: a socket stays in the namespace
 * where it was made, whoever holds it (unix(7), SCM_RIGHTS), so that no process has to stay out here.
 */
public final class ListeningSockets implements AutoCloseable {

    private static final int BACKLOG = 1024;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final List<EpollServerSocketChannel> sockets = new ArrayList<>();

    private ListeningSockets() {}

    /**
     * Opens them all.
     *
     * @throws BindException with the address that cannot be had, and why
     */
    public static ListeningSockets open(List<InetSocketAddress> addresses) throws BindException {
        ListeningSockets opened = new ListeningSockets();
        for (InetSocketAddress address : addresses) {
            ChannelFuture binding = new ServerBootstrap()
                    .group(opened.loop)
                    .channel(EpollServerSocketChannel.class)
                    // Nobody is accepted out here.
                    .option(ChannelOption.AUTO_READ, false)
                    .option(ChannelOption.SO_BACKLOG, BACKLOG)
                    .childHandler(new ChannelInboundHandlerAdapter())
                    .bind(address)
                    .awaitUninterruptibly();
            if (!binding.isSuccess()) {
                opened.close();
                throw new BindException(address.getAddress().getHostAddress() + ":" + address.getPort() + ": "
                        + binding.cause().getMessage());
            }
            opened.sockets.add((EpollServerSocketChannel) binding.channel());
        }
        return opened;
    }

    /** Gives them to whoever listens on the unix socket {@code receiver}, in order. */
    public void handTo(Path receiver) throws IOException {
        ChannelFuture connecting = new Bootstrap()
                .group(loop)
                .channel(EpollDomainSocketChannel.class)
                .handler(new ChannelInboundHandlerAdapter())
                .connect(new DomainSocketAddress(receiver.toString()))
                .awaitUninterruptibly();
        if (!connecting.isSuccess()) {
            throw new IOException("the cluster takes no ports of the host at " + receiver, connecting.cause());
        }
        Channel channel = connecting.channel();
        for (EpollServerSocketChannel socket : sockets) {
            ChannelFuture sent = channel.writeAndFlush(socket.fd()).awaitUninterruptibly();
            if (!sent.isSuccess()) {
                throw new IOException("a port of the host could not be handed to the cluster", sent.cause());
            }
        }
        // The other end closes when it serves them.
        if (!channel.closeFuture().awaitUninterruptibly(PATIENCE.toMillis())) {
            throw new IOException("the cluster did not take the host's ports within " + PATIENCE.toSeconds() + " s");
        }
    }

    /** Closes them here; where they were handed to they go on. */
    @Override
    public void close() {
        sockets.forEach(socket -> socket.close().awaitUninterruptibly());
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
