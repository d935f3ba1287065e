package io.hyaline.runtime.publish;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.net.InetSocketAddress;
import java.util.Optional;

/** One half of a relayed connection: hands bytes to the other half as fast as that takes them. */
final class Relay extends ChannelInboundHandlerAdapter {

    private static final int CONNECT_MILLIS = 5_000;

    private final DuplexChannel other;

    private Relay(DuplexChannel other) {
        this.other = other;
    }

    /** Opens the second half when the first is there. */
    @Sharable
    static final class Beginning extends ChannelInboundHandlerAdapter {

        /** A flood from outside must not use up what the whole cluster lives on. */
        private static final int MOST_CONNECTIONS = 4096;

        private final Destination destination;
        private final ChannelGroup channels;

        Beginning(Destination destination, ChannelGroup channels) {
            this.destination = destination;
            this.channels = channels;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            DuplexChannel client = (DuplexChannel) ctx.channel();
            Optional<Destination.Path> path = destination.path((InetSocketAddress) client.remoteAddress());
            if (path.isEmpty() || channels.size() > MOST_CONNECTIONS) {
                client.close();
                return;
            }
            channels.add(client);
            InetSocketAddress to = path.get().to();
            InetSocketAddress from = path.get().from();
            Bootstrap bootstrap = new Bootstrap()
                    .group(client.eventLoop())
                    .channelFactory(() -> destination.open(to))
                    .option(ChannelOption.AUTO_READ, false)
                    .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                    .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                    .handler(new ChannelInboundHandlerAdapter());
            ChannelFuture connecting = from == null ? bootstrap.connect(to) : bootstrap.connect(to, from);
            connecting.addListener((ChannelFutureListener) done -> {
                if (!done.isSuccess()) {
                    client.close();
                    return;
                }
                DuplexChannel server = (DuplexChannel) done.channel();
                channels.add(server);
                client.pipeline().addLast(new Relay(server));
                server.pipeline().addLast(new Relay(client));
                client.read();
                server.read();
            });
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object data) {
        other.writeAndFlush(data).addListener(done -> {
            if (done.isSuccess()) {
                ctx.read();
            } else {
                ctx.close();
            }
        });
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            other.writeAndFlush(Unpooled.EMPTY_BUFFER)
                    .addListener(_ -> other.shutdownOutput().addListener(_ -> closeWhenBothAreDone(ctx)));
        }
    }

    private void closeWhenBothAreDone(ChannelHandlerContext ctx) {
        if (other.isInputShutdown()) {
            ctx.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        other.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // A peer that resets its connection is all that happens here; the other half is closed with it.
        ctx.close();
    }
}
