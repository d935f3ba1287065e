package io.hyaline.proxy.node;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** The unix socket on which a node speaks: a request in a line, a reply in a line, in order. */
final class ControlServer implements AutoCloseable {

    static final int LINE_LIMIT_BYTES = 1024 * 1024;
    private static final int CONNECTION_LIMIT = 16;
    private static final int PATH_LIMIT_BYTES = 107;

    private final Path path;
    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);

    private ControlServer(Path path) {
        this.path = path;
    }

    /** @param thread where {@code pods} live */
    static ControlServer listen(Path path, EventLoopGroup loops, Pods pods, Executor thread) throws IOException {
        if (path.toString().getBytes(StandardCharsets.UTF_8).length > PATH_LIMIT_BYTES) {
            throw new IOException("the path of a unix socket has at most " + PATH_LIMIT_BYTES + " bytes: " + path);
        }
        clearStale(path, loops);
        ControlServer server = new ControlServer(path);
        ChannelFuture binding = new ServerBootstrap()
                .group(loops)
                .channel(EpollServerDomainSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        server.accept(channel, pods, thread);
                    }
                })
                .bind(new DomainSocketAddress(path.toString()))
                .awaitUninterruptibly();
        if (!binding.isSuccess()) {
            throw new IOException(
                    "cannot listen on " + path + ": " + binding.cause().getMessage());
        }
        server.channels.add(binding.channel());
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        return server;
    }

    /** Removes the socket that a dead process left; refuses when one answers. */
    private static void clearStale(Path path, EventLoopGroup loops) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        ChannelFuture connecting = new Bootstrap()
                .group(loops)
                .channel(EpollDomainSocketChannel.class)
                .handler(new ChannelInboundHandlerAdapter())
                .connect(new DomainSocketAddress(path.toString()))
                .awaitUninterruptibly();
        connecting.channel().close().awaitUninterruptibly();
        if (connecting.isSuccess()) {
            throw new IOException("another process listens on " + path);
        }
        Files.delete(path);
    }

    private void accept(Channel channel, Pods pods, Executor thread) {
        if (channels.size() > CONNECTION_LIMIT || !channels.add(channel)) {
            channel.close();
            return;
        }
        channel.pipeline()
                .addLast(new LineBasedFrameDecoder(LINE_LIMIT_BYTES, true, true))
                .addLast(new Requests(pods, thread));
    }

    @Override
    public void close() throws IOException {
        channels.close().awaitUninterruptibly();
        Files.deleteIfExists(path);
    }

    /** Reads no further while a request is being answered. */
    private static final class Requests extends SimpleChannelInboundHandler<ByteBuf> {

        private final Pods pods;
        private final Executor thread;
        private int waiting;

        Requests(Pods pods, Executor thread) {
            this.pods = pods;
            this.thread = thread;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, ByteBuf line) {
            String text = line.toString(StandardCharsets.UTF_8);
            answer(ctx, () -> pods.answer(text));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            if (cause instanceof TooLongFrameException) {
                answer(ctx, () -> Pods.tooLong(LINE_LIMIT_BYTES));
            } else {
                ctx.close();
            }
        }

        private void answer(ChannelHandlerContext ctx, Supplier<String> reply) {
            waiting++;
            ctx.channel().config().setAutoRead(false);
            thread.execute(() -> {
                byte[] bytes = (reply.get() + "\n").getBytes(StandardCharsets.UTF_8);
                ctx.writeAndFlush(Unpooled.wrappedBuffer(bytes)).addListener(_ -> {
                    waiting--;
                    ctx.channel().config().setAutoRead(waiting == 0);
                });
            });
        }
    }
}
