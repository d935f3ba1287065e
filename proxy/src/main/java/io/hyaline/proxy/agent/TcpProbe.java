package io.hyaline.proxy.agent;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** A connection that opens is the answer. */
final class TcpProbe extends ChannelInboundHandlerAdapter {

    private final ProbeExchange exchange;

    TcpProbe(ProbeExchange exchange) {
        this.exchange = exchange;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        exchange.finish(new Prober.Result(200, ""));
    }
}
