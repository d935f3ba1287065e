package io.hyaline.runtime.publish;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollSocketChannel;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Where the connections of a published port go on to. */
public interface Destination {

    /** A socket for the second half of a connection, in the namespace where that half begins. */
    Channel open();

    /** Where to; null while there is nobody. */
    @Nullable
    InetSocketAddress address();

    /** From where, or null for whatever address the kernel chooses. */
    @Nullable
    InetSocketAddress source(InetSocketAddress client);

    /** A port of this process's own namespace; who listens there sees nobody but this machine. */
    static Destination here(InetSocketAddress address) {
        return new Destination() {
            @Override
            public Channel open() {
                return new EpollSocketChannel();
            }

            @Override
            public InetSocketAddress address() {
                return address;
            }

            @Override
            public @Nullable InetSocketAddress source(InetSocketAddress client) {
                return null;
            }
        };
    }
}
