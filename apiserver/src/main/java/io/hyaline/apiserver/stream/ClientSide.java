package io.hyaline.apiserver.stream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;

/** kubectl's end of an exec, in one of the protocols that it speaks. All calls come on the client's event loop. */
interface ClientSide {

    /** Numbers of streams, as in the channel.k8s.io protocols and on the way to the agent. */
    int STDIN = 0;

    int STDOUT = 1;
    int STDERR = 2;
    int ERROR = 3;
    int RESIZE = 4;
    int CLOSE = 255;

    Channel channel();

    /** The agent is ready: changes protocols with the client and passes what comes from it to {@code bridge}. */
    void begin(ExecBridge bridge);

    /** Something for the client; takes {@code payload} over. */
    void deliver(int stream, ByteBuf payload);

    /** Everything was delivered. */
    void end();
}
