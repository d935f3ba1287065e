package io.hyaline.proxy.socket;

import io.hyaline.linux.NamespaceThread;
import io.hyaline.linux.NetNs;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;

/** Sockets of another network namespace: made by a thread that enters it, living on this process's loops. */
public record NamespaceSockets(EventLoopGroup loops, NamespaceThread thread, NetNs namespace) implements Sockets {

    @Override
    public ServerChannel serverChannel() {
        return thread.call(namespace, EpollServerSocketChannel::new);
    }

    @Override
    public Channel clientChannel() {
        return thread.call(namespace, EpollSocketChannel::new);
    }

    @Override
    public Channel pipeChannel() {
        return new EpollDomainSocketChannel();
    }
}
