package io.hyaline.proxy.node;

import io.hyaline.linux.NamespaceThread;
import io.hyaline.linux.NetNs;
import io.hyaline.proxy.socket.Sockets;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Sockets inside a pod's network namespace. A few client sockets are kept in stock, so that an event loop that needs one
 * does not wait for the namespace thread. Thread-safe.
 */
final class PodSockets implements Sockets, AutoCloseable {

    /** Bounds the file descriptors that an idle pod holds. */
    static final int STOCK = 4;

    private final EventLoopGroup loops;
    private final NamespaceThread thread;
    private final NetNs namespace;
    private final Deque<EpollSocketChannel> stock = new ArrayDeque<>();
    private int ordered;
    private boolean closed;

    private PodSockets(EventLoopGroup loops, NamespaceThread thread, NetNs namespace) {
        this.loops = loops;
        this.thread = thread;
        this.namespace = namespace;
    }

    /** Takes {@code namespace} over; throws when it cannot be entered, and closes it. */
    static PodSockets enter(EventLoopGroup loops, NamespaceThread thread, NetNs namespace) {
        PodSockets sockets = new PodSockets(loops, thread, namespace);
        try {
            thread.call(namespace, () -> true);
        } catch (RuntimeException e) {
            namespace.close();
            throw e;
        }
        sockets.restock();
        return sockets;
    }

    @Override
    public EventLoopGroup loops() {
        return loops;
    }

    @Override
    public ServerChannel serverChannel() {
        return thread.call(namespace, EpollServerSocketChannel::new);
    }

    @Override
    public Channel clientChannel() {
        Channel ready;
        synchronized (this) {
            if (closed) {
                throw new IllegalStateException("the pod of " + namespace + " was removed");
            }
            ready = stock.poll();
        }
        restock();
        return ready != null ? ready : thread.call(namespace, () -> new EpollSocketChannel());
    }

    /** A path is found through the file system, not through the network namespace. */
    @Override
    public Channel pipeChannel() {
        return new EpollDomainSocketChannel();
    }

    private void restock() {
        int missing;
        synchronized (this) {
            missing = closed ? 0 : STOCK - stock.size() - ordered;
            if (missing <= 0) {
                return;
            }
            ordered += missing;
        }
        thread.submit(namespace, () -> {
                    for (int i = 0; i < missing; i++) {
                        store(new EpollSocketChannel());
                    }
                    return missing;
                })
                .whenComplete((made, _) -> {
                    synchronized (this) {
                        ordered -= missing;
                    }
                });
    }

    private void store(EpollSocketChannel channel) {
        synchronized (this) {
            if (!closed) {
                stock.add(channel);
                return;
            }
        }
        channel.unsafe().closeForcibly();
    }

    /** Closes the stock and the hold on the namespace, not the channels that were handed out. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            stock.forEach(channel -> channel.unsafe().closeForcibly());
            stock.clear();
        }
        // After what was submitted before, so that no task enters a namespace whose descriptor is closed (or reused).
        thread.call(namespace, () -> true);
        namespace.close();
    }
}
