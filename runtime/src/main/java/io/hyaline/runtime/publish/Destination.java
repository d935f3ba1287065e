package io.hyaline.runtime.publish;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollSocketChannel;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where the connections of a published port go on to. */
public interface Destination {

    /**
     * The second half of a connection.
     *
     * @param from null for whatever address the kernel chooses
     */
    record Path(InetSocketAddress to, @Nullable InetSocketAddress from) {}

    /** Where a client's connection goes on to; empty while there is nobody for it. */
    Optional<Path> path(InetSocketAddress client);

    /** A socket for the second half of a connection, in the namespace where that half begins. */
    Channel open(InetSocketAddress to);

    /** A port of this process's own namespace; who listens there sees nobody but this machine. */
    static Destination here(InetSocketAddress address) {
        return new Destination() {
            @Override
            public Optional<Path> path(InetSocketAddress client) {
                return Optional.of(new Path(address, null));
            }

            @Override
            public Channel open(InetSocketAddress to) {
                return new EpollSocketChannel();
            }
        };
    }
}
