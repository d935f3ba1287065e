package io.hyaline.proxy.socket;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;

/** Sockets of this process's own network namespace. */
public record LocalSockets(EventLoopGroup loops) implements Sockets {

    /** A new group of {@code threads} epoll loops; whoever asks for it closes it. */
    public static EventLoopGroup newLoops(int threads) {
        return new MultiThreadIoEventLoopGroup(
                threads, new DefaultThreadFactory("loop", true), EpollIoHandler.newFactory());
    }

    @Override
    public ServerChannel serverChannel() {
        return new EpollServerSocketChannel();
    }

    @Override
    public Channel clientChannel() {
        return new EpollSocketChannel();
    }

    @Override
    public Channel pipeChannel() {
        return new EpollDomainSocketChannel();
    }
}
