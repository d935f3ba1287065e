package io.hyaline.proxy.node;

import io.hyaline.linux.NamespaceThread;
import io.hyaline.proxy.log.LogWriter;
import io.hyaline.proxy.sidecar.MessagePool;
import io.hyaline.proxy.sidecar.Sidecar;
import io.hyaline.proxy.socket.LocalSockets;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * {@code hyaline proxy --node-socket PATH}: one process for all sidecars of a node. Its threads are the event loops, one
 * that enters namespaces, one for control state, one that adds and removes pods and one that writes access logs, however
 * many pods there are.
 */
public final class NodeProxy implements AutoCloseable {

    private final EventLoopGroup loops;
    private final NamespaceThread namespaces;
    private final ScheduledThreadPoolExecutor control;
    private final ExecutorService node;
    private final LogWriter logs;
    private final Pods pods;
    private final ControlServer server;

    private NodeProxy(Path socket, int loopCount) throws IOException {
        loops = LocalSockets.newLoops(loopCount);
        namespaces = new NamespaceThread("namespaces");
        control = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("control").daemon(true).factory());
        control.setRemoveOnCancelPolicy(true);
        node = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("node").daemon(true).factory());
        logs = new LogWriter();
        pods = new Pods(new Pod.Shared(loops, namespaces, new Sidecar.Shared(control, new MessagePool()), logs), node);
        try {
            server = ControlServer.listen(socket, loops, pods, node);
        } catch (IOException e) {
            stopThreads();
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
        stopThreads();
    }

    private void stopThreads() {
        node.shutdownNow();
        control.shutdownNow();
        namespaces.close();
        logs.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
