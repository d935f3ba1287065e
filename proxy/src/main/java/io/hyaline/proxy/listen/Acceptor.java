package io.hyaline.proxy.listen;

import io.hyaline.proxy.log.Logs;
import io.hyaline.proxy.loop.Worker;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Takes accepted connections of one listener and gives each to a loop. */
@Sharable
public final class Acceptor extends ChannelInboundHandlerAdapter {

    private static final AtomicLong CONNECTION_IDS = new AtomicLong();

    private final String listener;
    private final Worker[] workers;
    private final Supplier<ListenerTable> table;
    private final Logs logs;
    private final AtomicInteger next = new AtomicInteger();

    public Acceptor(String listener, Worker[] workers, Supplier<ListenerTable> table, Logs logs) {
        this.listener = listener;
        this.workers = workers.clone();
        this.table = table;
        this.logs = logs;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        Channel accepted = (Channel) message;
        Worker worker = workers[Math.floorMod(next.getAndIncrement(), workers.length)];
        ListenerTable current = table.get();
        ListenerService service = current.named(listener);
        if (service == null) {
            accepted.unsafe().closeForcibly();
            return;
        }
        Accepted handler = new Accepted(CONNECTION_IDS.incrementAndGet(), worker, service, current, logs);
        accepted.pipeline().addLast(handler);
        worker.loop().register(accepted);
    }
}
