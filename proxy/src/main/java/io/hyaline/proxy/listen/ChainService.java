package io.hyaline.proxy.listen;

import io.hyaline.proxy.client.Downstream;
import io.hyaline.proxy.codec.Drainable;
import io.hyaline.proxy.tls.ServerTls;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A filter chain at work. When its content changes another takes its place, and this one's connections drain. */
public final class ChainService {

    private final ListenerPlan.Chain plan;
    private final @Nullable ServerTls tls;
    private final Function<Downstream, ChannelHandler> handlers;
    private final Set<Channel> connections = ConcurrentHashMap.newKeySet();
    private volatile boolean draining;

    /**
     * A chain.
     *
     * @param handlers makes the handler that ends the chain for a connection
     */
    public ChainService(
            ListenerPlan.Chain plan, @Nullable ServerTls tls, Function<Downstream, ChannelHandler> handlers) {
        this.plan = plan;
        this.tls = tls;
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
        if (draining) {
            drain(channel);
        }
    }

    /** Ends all connections: idle ones now, busy ones after their current answer. */
    public void drain() {
        draining = true;
        closeTls();
        for (Channel channel : connections) {
            channel.eventLoop().execute(() -> drain(channel));
        }
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

    /** Closes all connections at once. */
    public void close() {
        draining = true;
        closeTls();
        connections.forEach(Channel::close);
    }
}
