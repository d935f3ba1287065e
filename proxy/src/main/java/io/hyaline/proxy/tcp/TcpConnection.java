package io.hyaline.proxy.tcp;

import io.hyaline.proxy.client.ClientAddress;
import io.hyaline.proxy.client.Downstream;
import io.hyaline.proxy.codec.ClientStream.Reset;
import io.hyaline.proxy.hash.XxHash;
import io.hyaline.proxy.log.ResponseFlag;
import io.hyaline.proxy.log.StreamRecord;
import io.hyaline.proxy.loop.Deadlines.Deadline;
import io.hyaline.proxy.loop.Worker;
import io.hyaline.proxy.upstream.Cluster;
import io.hyaline.proxy.upstream.ClusterCounter;
import io.hyaline.proxy.upstream.Connector;
import io.hyaline.proxy.upstream.Host;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A connection that is passed through as bytes, each half closed on its own. */
public final class TcpConnection extends ChannelInboundHandlerAdapter {

    /** What outlier detection is told of a connection that came about. */
    private static final int CONNECTED = 200;

    private final TcpService service;
    private final StreamRecord record;
    private final Worker worker;
    private final Deadline idle = new Deadline(this::idleTimeout);
    private final Deadline age = new Deadline(this::tooOld);
    private @Nullable ChannelHandlerContext client;
    private @Nullable Channel upstream;
    private @Nullable ByteBuf early;
    private @Nullable Cluster cluster;
    private @Nullable Host host;
    private int attempts;
    private boolean clientEnded;
    private boolean upstreamEnded;

    public TcpConnection(TcpService service, Downstream downstream) {
        this.service = service;
        this.record = new StreamRecord(downstream, System.nanoTime(), System.currentTimeMillis() * 1000);
        this.worker = downstream.worker();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        client = ctx;
        ctx.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        count(TcpCounter.DOWNSTREAM_CX_TOTAL, 1);
        touch();
        if (service.plan().maxDuration() != null) {
            long nanos = service.plan().maxDuration().toNanos();
            worker.deadlines().set(age, System.nanoTime(), nanos);
        }
        String name = target();
        Cluster found = service.clusters().get(name);
        if (found == null) {
            record.flag(ResponseFlag.NC);
            count(TcpCounter.DOWNSTREAM_CX_NO_ROUTE, 1);
            worker.loop().execute(ctx::close);
            return;
        }
        record.cluster = name;
        record.clusterStatName = found.plan().statName();
        cluster = found;
        attempt();
    }

    private String target() {
        long dice = service.plan().targets().size() == 1
                ? 0
                : worker.random().nextLong(service.plan().totalWeight());
        for (TcpPlan.Share share : service.plan().targets()) {
            dice -= share.weight();
            if (dice < 0) {
                return share.cluster();
            }
        }
        return service.plan().targets().getLast().cluster();
    }

    private void count(TcpCounter counter, long amount) {
        service.counters().add(worker.index(), counter, amount);
    }

    private void touch() {
        long nanos = service.plan().idleTimeout().toNanos();
        if (nanos > 0) {
            worker.deadlines().set(idle, System.nanoTime(), nanos);
        }
    }

    private void idleTimeout() {
        count(TcpCounter.IDLE_TIMEOUT, 1);
        closeBoth();
    }

    private void tooOld() {
        count(TcpCounter.MAX_DOWNSTREAM_CONNECTION_DURATION, 1);
        record.flag(ResponseFlag.DT);
        closeBoth();
    }

    private void attempt() {
        Cluster target = cluster;
        ChannelHandlerContext ctx = client;
        if (target == null || ctx == null) {
            return;
        }
        attempts++;
        record.attempts = attempts;
        Host chosen = service.plan().hashSourceAddress() && target.hashes()
                ? target.choose(XxHash.of(record.client().addressText()), 0)
                : target.choose(worker, record.downstream());
        if (chosen == null) {
            record.flag(ResponseFlag.UH);
            target.counters().add(worker.index(), ClusterCounter.UPSTREAM_CX_NONE_HEALTHY, 1);
            worker.loop().execute(ctx::close);
            return;
        }
        if (target.counters().sum(ClusterCounter.UPSTREAM_CX_ACTIVE)
                >= target.plan().breakers().maxConnections()) {
            record.flag(ResponseFlag.UO);
            target.counters().add(worker.index(), ClusterCounter.UPSTREAM_CX_OVERFLOW, 1);
            worker.loop().execute(ctx::close);
            return;
        }
        host = chosen;
        clusterCount(ClusterCounter.UPSTREAM_CX_TOTAL, 1);
        clusterCount(ClusterCounter.UPSTREAM_CX_ACTIVE, 1);
        target.connect(worker, chosen, record.downstream(), new Connector.Outcome() {
            @Override
            public void connected(Channel channel) {
                TcpConnection.this.connected(channel, chosen);
            }

            @Override
            public void failed(Reset reset, String reason) {
                TcpConnection.this.failed(reset, reason);
            }
        });
    }

    private void clusterCount(ClusterCounter counter, long amount) {
        if (cluster != null) {
            cluster.counters().add(worker.index(), counter, amount);
        }
    }

    private void upstreamInfo(Host chosen, @Nullable InetSocketAddress local) {
        record.called(
                chosen.text(), local, local == null ? "" : ClientAddress.text(local.getAddress(), local.getPort()));
    }

    private void connected(Channel channel, Host chosen) {
        ChannelHandlerContext ctx = client;
        if (ctx == null || !ctx.channel().isActive()) {
            clusterCount(ClusterCounter.UPSTREAM_CX_ACTIVE, -1);
            channel.close();
            return;
        }
        upstream = channel;
        if (cluster != null) {
            cluster.answered(worker, chosen, CONNECTED);
        }
        upstreamInfo(chosen, channel.localAddress() instanceof InetSocketAddress inet ? inet : null);
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        channel.pipeline().addLast(new UpstreamSide());
        ByteBuf waiting = early;
        if (waiting != null) {
            early = null;
            channel.writeAndFlush(waiting);
        }
        if (clientEnded) {
            shutdown(channel);
        }
        ctx.channel().config().setAutoRead(channel.isWritable());
    }

    private void failed(Reset reset, String reason) {
        clusterCount(ClusterCounter.UPSTREAM_CX_ACTIVE, -1);
        if (cluster != null && host != null) {
            cluster.failed(worker, host, reset == Reset.CONNECT_TIMEOUT);
        }
        clusterCount(
                reset == Reset.CONNECT_TIMEOUT
                        ? ClusterCounter.UPSTREAM_CX_CONNECT_TIMEOUT
                        : ClusterCounter.UPSTREAM_CX_CONNECT_FAIL,
                1);
        if (record.isClosed()) {
            return;
        }
        if (attempts < service.plan().maxConnectAttempts()) {
            attempt();
            return;
        }
        record.flag(ResponseFlag.UF);
        record.flag(ResponseFlag.URX);
        record.upstreamFailure = reason;
        if (host != null) {
            upstreamInfo(host, null);
        }
        if (client != null) {
            client.close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf data = (ByteBuf) message;
        record.bytesReceived += data.readableBytes();
        touch();
        Channel to = upstream;
        if (to != null) {
            to.write(data, to.voidPromise());
            if (!to.isWritable()) {
                ctx.channel().config().setAutoRead(false);
            }
            return;
        }
        ByteBuf before = early;
        early = before == null ? data : Unpooled.wrappedBuffer(before, data);
        if (early.readableBytes() > service.earlyBytes()) {
            ctx.channel().config().setAutoRead(false);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (upstream != null) {
            upstream.flush();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            clientEnded = true;
            Channel to = upstream;
            if (to != null) {
                shutdown(to);
            }
            closeWhenBothEnded();
        }
    }

    private static void shutdown(Channel channel) {
        if (channel instanceof DuplexChannel duplex
                && channel.pipeline().get(io.netty.handler.ssl.SslHandler.class) == null) {
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> duplex.shutdownOutput());
        } else {
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    private void closeWhenBothEnded() {
        if (clientEnded && upstreamEnded) {
            closeBoth();
        }
    }

    private void closeBoth() {
        if (upstream != null) {
            upstream.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
        if (client != null) {
            client.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (upstream != null) {
            upstream.config().setAutoRead(ctx.channel().isWritable());
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        idle.cancel();
        age.cancel();
        if (early != null) {
            early.release();
            early = null;
        }
        if (upstream != null) {
            upstream.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
        count(TcpCounter.DOWNSTREAM_CX_RX_BYTES_TOTAL, record.bytesReceived);
        count(TcpCounter.DOWNSTREAM_CX_TX_BYTES_TOTAL, record.bytesSent);
        record.close(System.nanoTime());
        service.logs().of(worker).log(service.plan().accessLogs(), record);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }

    private final class UpstreamSide extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf data = (ByteBuf) message;
            ChannelHandlerContext to = client;
            if (to == null || record.isClosed()) {
                data.release();
                return;
            }
            record.bytesSent += data.readableBytes();
            touch();
            to.write(data, to.voidPromise());
            if (!to.channel().isWritable()) {
                ctx.channel().config().setAutoRead(false);
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            if (client != null) {
                client.flush();
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event == ChannelInputShutdownEvent.INSTANCE) {
                upstreamEnded = true;
                if (client != null) {
                    shutdown(client.channel());
                }
                closeWhenBothEnded();
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            if (client != null) {
                client.channel().config().setAutoRead(ctx.channel().isWritable());
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            clusterCount(ClusterCounter.UPSTREAM_CX_ACTIVE, -1);
            clusterCount(ClusterCounter.UPSTREAM_CX_DESTROY, 1);
            if (client != null) {
                client.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            if (!record.isClosed()) {
                record.flag(ResponseFlag.UR);
            }
            ctx.close();
        }
    }
}
