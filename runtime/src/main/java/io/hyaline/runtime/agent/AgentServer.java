package io.hyaline.runtime.agent;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** The node's side of {@code kubectl logs} and {@code kubectl exec}: HTTP/1.1 on a unix socket that only root opens. */
public final class AgentServer implements AutoCloseable {

    private static final int MAX_REQUEST_BYTES = 64 << 10;
    /** What the kernel's sockaddr_un holds, without the final zero. */
    private static final int MAX_PATH_BYTES = 107;

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final LogStreams logs = new LogStreams();
    private final Channel listener;
    private final Path socket;

    private AgentServer(Path socket, Containers containers, Clock clock) {
        this.socket = socket;
        Semaphore sessions = new Semaphore(AgentHandler.MAX_SESSIONS);
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops)
                .channel(EpollServerDomainSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(new HttpServerCodec(MAX_REQUEST_BYTES, MAX_REQUEST_BYTES, MAX_REQUEST_BYTES))
                                .addLast(new HttpObjectAggregator(MAX_REQUEST_BYTES))
                                .addLast(new AgentHandler(containers, logs, sessions, clock));
                    }
                });
        listener = bootstrap
                .bind(new DomainSocketAddress(socket.toFile()))
                .syncUninterruptibly()
                .channel();
    }

    /** Listens on {@code socket}, whose directory exists; a socket that an earlier run left there is replaced. */
    public static AgentServer start(Path socket, Containers containers, Clock clock) {
        if (socket.toString().length() > MAX_PATH_BYTES) {
            throw new IllegalArgumentException("the agent's socket " + socket + " has a path longer than "
                    + MAX_PATH_BYTES + " bytes; choose a shorter state directory");
        }
        try {
            Files.deleteIfExists(socket);
            AgentServer server = new AgentServer(socket, containers, clock);
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException("the node agent cannot use " + socket, e);
        }
    }

    @Override
    public void close() {
        listener.close().syncUninterruptibly();
        logs.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        try {
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + socket, e);
        }
    }
}
