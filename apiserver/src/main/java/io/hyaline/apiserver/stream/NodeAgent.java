package io.hyaline.apiserver.stream;

import io.hyaline.apiserver.http.PodStreams.NodeRef;
import io.hyaline.apiserver.status.ApiException;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.codec.http.HttpClientCodec;

/** Connections to the agent of a node, each on the event loop of the client that it is for. */
final class NodeAgent {

    private static final String SCHEME = "unix://";
    private static final int CONNECT_MILLIS = 5000;

    private NodeAgent() {}

    static ChannelFuture connect(ChannelHandlerContext client, NodeRef node, ChannelHandler... handlers) {
        if (!node.agent().startsWith(SCHEME)) {
            throw ApiException.internal(
                    "node " + node.name()
                            + " has no annotation hyaline.io/agent with a unix:// address, so its containers cannot be reached");
        }
        return new Bootstrap()
                .group(client.channel().eventLoop())
                .channel(EpollDomainSocketChannel.class)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new HttpClientCodec()).addLast(handlers);
                    }
                })
                .connect(new DomainSocketAddress(node.agent().substring(SCHEME.length())));
    }

    static ApiException unreachable(NodeRef node, Throwable cause) {
        return ApiException.internal("error dialing the agent of node " + node.name() + " at " + node.agent() + ": "
                + cause.getMessage() + "; is the node running?");
    }
}
