package io.hyaline.proxy.listen;

import io.hyaline.proxy.codec.Drainable;
import io.hyaline.proxy.codec.Draining;
import io.hyaline.proxy.tls.ServerTls;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The connections of a filter chain and its TLS. They outlive the chain's content when the next one adopts them. */
public final class ChainLife {

    private final @Nullable ServerTls tls;
    private final Draining draining;
    private final Set<Channel> connections = ConcurrentHashMap.newKeySet();
    private volatile boolean closing;

    /** @param draining what the handlers of its connections know of its end */
    public ChainLife(@Nullable ServerTls tls, Draining draining) {
        this.tls = tls;
        this.draining = draining;
    }

    @Nullable
    ServerTls tls() {
        return tls;
    }

    /** Puts the handler on a connection and keeps the connection in mind for draining. */
    void serve(Channel channel, ChannelHandler handler) {
        channel.pipeline().addLast(handler);
        connections.add(channel);
        channel.closeFuture().addListener(closed -> connections.remove(channel));
        if (closing && handler instanceof Drainable drainable) {
            drainable.drain();
        } else if (closing) {
            channel.close();
        }
    }

    /** Marks the end: no answer that begins from now on keeps its connection. */
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
