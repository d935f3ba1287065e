package io.hyaline.runtime.publish;

import io.hyaline.runtime.net.BalancerNet;
import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A load balancer's address: the second half begins in the load balancer's namespace and has the client's own address, so that
 * whoever is behind it sees who is really calling. Clients on this machine are 203.0.113.1, as everywhere.
 *
 * @param target null while nothing has the address
 * @param self the host's address in the outside network
 */
public record Balanced(BalancerNet net, Supplier<@Nullable InetSocketAddress> target, InetAddress self)
        implements Destination {

    /** Outside of every ephemeral range, since the host itself may call from its address at the same time. */
    private static final int FIRST_PORT = 20_000;

    private static final int LAST_PORT = 29_999;

    @Override
    public Channel open() {
        return net.thread().call(net.namespace(), () -> {
            EpollSocketChannel socket = new EpollSocketChannel();
            socket.config().setOption(EpollChannelOption.IP_TRANSPARENT, true);
            return socket;
        });
    }

    @Override
    public @Nullable InetSocketAddress address() {
        return target.get();
    }

    @Override
    public InetSocketAddress source(InetSocketAddress client) {
        if (client.getAddress().isLoopbackAddress()) {
            return new InetSocketAddress(self, ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT + 1));
        }
        return client;
    }
}
