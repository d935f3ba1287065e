package io.hyaline.proxy.listen;

import io.hyaline.proxy.client.Downstream;
import io.hyaline.proxy.tls.ServerTls;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import org.jspecify.annotations.Nullable;

/**
 * A filter chain at work. When its content changes another takes its place, and either adopts this one's connections or lets
 * them drain.
 */
public final class ChainService {

    /** What a chain's connections are given to. */
    public interface Handlers {

        /** Makes the handler that ends the chain for a connection. */
        ChannelHandler of(Downstream downstream);

        /** From now on these serve the connections too that the chain has adopted. */
        default void takeOver() {}
    }

    private final ListenerPlan.Chain plan;
    private final ChainLife life;
    private final Handlers handlers;

    public ChainService(ListenerPlan.Chain plan, ChainLife life, Handlers handlers) {
        this.plan = plan;
        this.life = life;
        this.handlers = handlers;
    }

    public ListenerPlan.Chain plan() {
        return plan;
    }

    public ChainLife life() {
        return life;
    }

    public Handlers handlers() {
        return handlers;
    }

    @Nullable
    ServerTls tls() {
        return life.tls();
    }

    void serve(Channel channel, Downstream downstream) {
        life.serve(channel, handlers.of(downstream));
    }
}
