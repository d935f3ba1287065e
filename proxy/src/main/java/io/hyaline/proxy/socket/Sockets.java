package io.hyaline.proxy.socket;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;

/** Where sockets are created: in this process's network namespace, or in a pod's. They live on shared event loops. */
public interface Sockets {

    EventLoopGroup loops();

    /** A new, unregistered TCP listening channel. */
    ServerChannel serverChannel();

    /** A new, unregistered TCP client channel. */
    Channel clientChannel();

    /** A new, unregistered client channel for a unix socket. */
    Channel pipeChannel();
}
