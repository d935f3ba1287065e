package io.hyaline.proxy.node;

import io.hyaline.linux.NamespaceThread;
import io.hyaline.proxy.log.LogWriter;
import io.hyaline.proxy.sidecar.MessagePool;
import io.hyaline.proxy.sidecar.Sidecar;
import io.hyaline.proxy.socket.LocalSockets;
import io.hyaline.proxy.tls.Rehearsal;
import io.netty.channel.EventLoopGroup;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads of a process, which all of its sidecars share: event loops, one that enters namespaces, one for control
 * state, one that writes access logs.
 */
record Shared(EventLoopGroup loops, NamespaceThread thread, Sidecar.Shared sidecars, LogWriter logs)
        implements AutoCloseable {

    static Shared start(int loopCount) {
        Rehearsal.begin();
        ScheduledThreadPoolExecutor control = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("control").daemon(true).factory());
        control.setRemoveOnCancelPolicy(true);
        return new Shared(
                LocalSockets.newLoops(loopCount),
                new NamespaceThread("namespaces"),
                new Sidecar.Shared(control, new MessagePool()),
                new LogWriter());
    }

    /** Stops the threads; what they serve is closed before. */
    @Override
    public void close() {
        sidecars.control().shutdownNow();
        thread.close();
        logs.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
