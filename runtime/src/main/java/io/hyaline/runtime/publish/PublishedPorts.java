package io.hyaline.runtime.publish;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.DomainSocketReadMode;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Serves the host's {@link ListeningSockets} from within: every connection goes on to where its port leads. */
public final class PublishedPorts implements AutoCloseable {

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final List<Destination> destinations;
    private final Path receiver;

    private PublishedPorts(Path receiver, List<Destination> destinations) {
        this.receiver = receiver;
        this.destinations = List.copyOf(destinations);
    }

    /**
     * Waits on the unix socket {@code receiver} for one listening socket per destination, in order.
     *
     * @throws IOException when the unix socket cannot be made
     */
    public static PublishedPorts receive(Path receiver, List<Destination> destinations) throws IOException {
        PublishedPorts ports = new PublishedPorts(receiver, destinations);
        Files.deleteIfExists(receiver);
        ChannelFuture binding = new ServerBootstrap()
                .group(ports.loops)
                .channel(EpollServerDomainSocketChannel.class)
                .childOption(EpollChannelOption.DOMAIN_SOCKET_READ_MODE, DomainSocketReadMode.FILE_DESCRIPTORS)
                .childHandler(new ChannelInitializer<EpollDomainSocketChannel>() {
                    @Override
                    protected void initChannel(EpollDomainSocketChannel channel) {
                        channel.pipeline().addLast(ports.new Intake());
                    }
                })
                .bind(new DomainSocketAddress(receiver.toString()))
                .awaitUninterruptibly();
        if (!binding.isSuccess()) {
            ports.close();
            throw new IOException("cannot listen on " + receiver, binding.cause());
        }
        ports.channels.add(binding.channel());
        return ports;
    }

    private void serve(FileDescriptor socket, Destination destination) {
        Channel server = new ServerBootstrap()
                .group(loops)
                .channelFactory(() -> new EpollServerSocketChannel(socket.intValue()))
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childHandler(new Relay.Beginning(destination, channels))
                .register()
                .channel();
        channels.add(server);
    }

    /** Takes the sockets of one sender. */
    private final class Intake extends SimpleChannelInboundHandler<FileDescriptor> {

        private int taken;

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, FileDescriptor socket) {
            serve(socket, destinations.get(taken++));
            if (taken == destinations.size()) {
                ctx.close();
            }
        }
    }

    @Override
    public void close() {
        channels.close().awaitUninterruptibly();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        try {
            Files.deleteIfExists(receiver);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + receiver, e);
        }
    }
}
