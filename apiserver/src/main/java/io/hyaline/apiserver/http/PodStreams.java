package io.hyaline.apiserver.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpRequest;
import tools.jackson.databind.node.ObjectNode;

/**
 * Answers {@code pods/{name}/log}, {@code exec}, {@code attach} and {@code portforward} after the caller was
 * authenticated and the pod was found.
 */
@FunctionalInterface
public interface PodStreams {
    /**
     * Called on the connection's event loop. Whoever returns true owns the connection: it releases the request, answers
     * it, and may rebuild the pipeline ({@link Server#CODEC}, {@link Server#AGGREGATOR}); messages that come later are
     * passed on behind {@code ctx}. After a plain HTTP answer the connection may be used for further requests
     * only if the pipeline is as before and {@link Server#resume} was called; closing it is always right.
     */
    boolean handle(ChannelHandlerContext ctx, FullHttpRequest request, PodRef pod, NodeRef node);

    /** A pod that exists; the tree must not be changed. */
    record PodRef(String namespace, String name, String uid, ObjectNode object) {}

    /**
     * The node that the pod is bound to.
     *
     * @param agent value of the annotation {@code hyaline.io/agent}, such as {@code unix:///path.sock}; empty without one
     */
    record NodeRef(String name, String internalIp, String agent) {}

    /** For servers without nodes. */
    static PodStreams none() {
        return (_, _, _, _) -> false;
    }
}
