package io.hyaline.runtime.publish;

import io.hyaline.runtime.net.BalancerNet;
import io.hyaline.runtime.net.Ip;
import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A load balancer's address: the second half begins in the load balancer's namespace and has the client's own address, so that
 * whoever is behind it sees who is really calling. Clients on this machine are 203.0.113.1, as everywhere.
 *
 * @param target null while nothing has an address of that family
 * @param selves the host's addresses in the outside network, that of the primary family first
 */
public record Balanced(BalancerNet net, Function<Ip, @Nullable InetSocketAddress> target, List<InetAddress> selves)
        implements Destination {

    /** Outside of every ephemeral range, since the host itself may call from its address at the same time. */
    private static final int FIRST_PORT = 20_000;

    private static final int LAST_PORT = 29_999;

    public Balanced {
        selves = List.copyOf(selves);
    }

    @Override
    public Channel open(InetSocketAddress to) {
        boolean v4 = Ip.of(to.getAddress()) == Ip.V4;
        return net.thread().call(net.namespace(), () -> {
            EpollSocketChannel socket =
                    new EpollSocketChannel(v4 ? SocketProtocolFamily.INET : SocketProtocolFamily.INET6);
            socket.config().setOption(EpollChannelOption.IP_TRANSPARENT, true);
            return socket;
        });
    }

    /** A client from elsewhere needs an address of its own family; one on this machine is the host in whichever there is. */
    @Override
    public Optional<Path> path(InetSocketAddress client) {
        Ip family = Ip.of(client.getAddress());
        InetSocketAddress own = target.apply(family);
        if (!client.getAddress().isLoopbackAddress()) {
            return own == null ? Optional.empty() : Optional.of(new Path(own, client));
        }
        int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT + 1);
        for (InetAddress self : selves) {
            InetSocketAddress to = target.apply(Ip.of(self));
            if (to != null && (own == null || Ip.of(self) == family)) {
                return Optional.of(new Path(to, new InetSocketAddress(self, port)));
            }
        }
        return Optional.empty();
    }
}
