package io.hyaline.proxy.upstream;

import io.hyaline.proxy.client.Downstream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * Which address an upstream connection leaves from. Decided here and nowhere else, from the client's record, before a
 * connection is taken from a pool or opened; pools are split by it.
 */
public sealed interface Source {

    /** The kernel's choice. */
    record Own() implements Source {}

    /** A configured address, such as 127.0.0.6. */
    record Bound(InetAddress address, int port) implements Source {}

    /** The client's own address, which the kernel lets us use with IP_TRANSPARENT and a mark. */
    record Client(InetAddress address, int mark) implements Source {}

    Own OWN = new Own();

    static Source decide(Downstream downstream, ClusterPlan.Sockets configured, SocketAddress target) {
        if (!(target instanceof InetSocketAddress inet)) {
            return OWN;
        }
        InetAddress client = downstream.client().address();
        if (downstream.originalSourceMark() >= 0
                && client.getClass() == inet.getAddress().getClass()) {
            return new Client(client, downstream.originalSourceMark());
        }
        InetAddress bind = configured.bindFor(inet.getAddress());
        return bind == null ? OWN : new Bound(bind, configured.bindPort());
    }
}
