package io.hyaline.proxy.node;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * {@code hyaline proxy --node-socket PATH}: one process for all sidecars of a node. Its threads are the event loops, one
 * that enters namespaces, one for control state, one that adds and removes pods and one that writes access logs, however
 * many pods there are.
 */
public final class NodeProxy implements AutoCloseable {

    private final Shared shared;
    private final ExecutorService node;
    private final Pods pods;
    private final ControlServer server;

    private NodeProxy(Path socket, int loopCount) throws IOException {
        shared = Shared.start(loopCount);
        node = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("node").daemon(true).factory());
        pods = new Pods(shared, node);
        try {
            server = ControlServer.listen(socket, shared.loops(), pods, node);
        } catch (IOException e) {
            node.shutdownNow();
            shared.close();
            throw e;
        }
    }

    /** Listens on {@code socket}; ready when this returns. */
    public static NodeProxy start(Path socket, int loopCount) throws IOException {
        return new NodeProxy(socket, loopCount);
    }

    /** Removes all pods, then stops the threads. */
    @Override
    public void close() throws IOException {
        server.close();
        node.submit(pods::close);
        node.shutdown();
        try {
            if (!node.awaitTermination(10, TimeUnit.SECONDS)) {
                node.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        node.shutdownNow();
        shared.close();
    }
}
