package io.hyaline.proxy.instance;

import io.hyaline.proxy.client.Downstream;
import io.hyaline.proxy.http.HttpConnection;
import io.hyaline.proxy.http.HttpService;
import io.hyaline.proxy.listen.ChainService;
import io.netty.channel.ChannelHandler;

/** A chain that ends in a connection manager. */
record HttpChain(HttpService service) implements ChainService.Handlers {

    @Override
    public ChannelHandler of(Downstream downstream) {
        return HttpConnection.handler(service, downstream);
    }

    @Override
    public void takeOver() {
        service.takeOver();
    }
}
