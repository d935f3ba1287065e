package io.hyaline.proxy.listen;

import io.hyaline.proxy.client.Downstream;
import io.hyaline.proxy.codec.Drainable;
import io.hyaline.proxy.codec.Draining;
import io.hyaline.proxy.tls.ServerTls;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A filter chain at work. When its content changes another takes its place, and this one's connections drain. */
public final class ChainService {

    private final ListenerPlan.Chain plan;
    private final @Nullable ServerTls tls;
    private final Function<Downstream, ChannelHandler> handlers;
    private final Set<Channel> connections = ConcurrentHashMap.newKeySet();
    private final Draining draining;
    private volatile boolean closing;

    /**
     * A chain.
     *
     * @param draining what its handlers know of its end
     * @param handlers makes the handler that ends the chain for a connection
     */
    public ChainService(
            ListenerPlan.Chain plan,
            @Nullable ServerTls tls,
            Draining draining,
            Function<Downstream, ChannelHandler> handlers) {
        this.plan = plan;
        this.tls = tls;
        this.draining = draining;
        this.handlers = handlers;
    }

    public ListenerPlan.Chain plan() {
        return plan;
    }

    @Nullable
    ServerTls tls() {
        return tls;
    }

    /** Puts the chain's handler on a connection and keeps the connection in mind for draining. */
    void serve(Channel channel, Downstream downstream) {
        ChannelHandler handler = handlers.apply(downstream);
        channel.pipeline().addLast(handler);
        connections.add(channel);
        channel.closeFuture().addListener(closed -> connections.remove(channel));
        if (closing && handler instanceof Drainable drainable) {
            drainable.drain();
        } else if (closing) {
            channel.close();
        }
    }

    /** Marks the chain as ending: no answer that begins from now on keeps its connection. */
    public void beginDrain() {
        draining.begin();
    }

    /**
     * Ends all connections: idle ones now, busy ones after their current answer. What has no requests, or does not come to
     * the end of one, is closed when the drain time is over.
     */
    public void drain(Duration drainTime) {
        beginDrain();
        closing = true;
        closeTls();
        Channel any = null;
        for (Channel channel : connections) {
            any = channel;
            channel.eventLoop().execute(() -> drain(channel));
        }
        if (any != null) {
            any.eventLoop().schedule(this::closeAll, drainTime.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void closeAll() {
        connections.forEach(Channel::close);
    }

    private void closeTls() {
        if (tls != null) {
            tls.close();
        }
    }

    private static void drain(Channel channel) {
        if (channel.pipeline().last() instanceof Drainable drainable) {
            drainable.drain();
        }
    }

    /** How many connections it serves. */
    public int connections() {
        return connections.size();
    }

    /** Ends connections without a request now and those with one after it; new ones are served on. */
    public void closeIdle() {
        connections.forEach(channel -> channel.eventLoop().execute(() -> drain(channel)));
    }

    /** Closes all connections at once. */
    public void close() {
        beginDrain();
        closing = true;
        closeTls();
        closeAll();
    }
}
