package io.hyaline.proxy.forward;

import io.hyaline.proxy.client.Downstream;
import io.hyaline.proxy.codec.ServerStream;
import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.log.StreamRecord;
import io.hyaline.proxy.loop.Worker;
import io.hyaline.proxy.reply.LocalReply;
import io.netty.buffer.ByteBuf;

/** Whose request the router forwards: what it reads of the request, and where the answer goes. */
public interface Caller {

    Router router();

    StreamRecord record();

    Downstream downstream();

    Worker worker();

    Head head();

    ServerStream stream();

    boolean requestEnded();

    /** The route names a cluster that is not there; ends the exchange. */
    void noCluster();

    /** Ends the exchange with an answer of the proxy's own, or breaks off the one that has begun. */
    void reply(LocalReply reply);

    void respond(Head answer, boolean end);

    void responseBody(ByteBuf data, boolean end);

    void responseTrailers(Head trailers);
}
