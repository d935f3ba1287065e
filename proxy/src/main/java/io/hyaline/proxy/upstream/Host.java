package io.hyaline.proxy.upstream;

import io.hyaline.proxy.client.ClientAddress;
import io.hyaline.proxy.upstream.ClusterPlan.Endpoint;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.Map;

/** An endpoint of a cluster, and each loop's pools to it. */
public final class Host {

    private final Endpoint endpoint;
    private final Transport transport;
    private final String text;
    private final Loop[] loops;

    /** One loop's share. */
    static final class Loop {
        final Map<Pool.Key, Pool> pools = new HashMap<>(4);
        int active;
        int connections;
    }

    Host(Endpoint endpoint, Transport transport, int loops) {
        this.endpoint = endpoint;
        this.transport = transport;
        this.text = text(endpoint.address());
        this.loops = new Loop[loops];
        for (int i = 0; i < loops; i++) {
            this.loops[i] = new Loop();
        }
    }

    private static String text(SocketAddress address) {
        return switch (address) {
            case InetSocketAddress inet
            when !inet.isUnresolved() -> ClientAddress.text(inet.getAddress(), inet.getPort());
            case DomainSocketAddress pipe -> pipe.path();
            default -> address.toString();
        };
    }

    Endpoint endpoint() {
        return endpoint;
    }

    public SocketAddress address() {
        return endpoint.address();
    }

    public String hostname() {
        return endpoint.hostname();
    }

    Transport transport() {
        return transport;
    }

    /** {@code ip:port}, or the path of a pipe. */
    public String text() {
        return text;
    }

    Loop loop(int index) {
        return loops[index];
    }

    public boolean healthy() {
        return endpoint.healthy();
    }

    public int weight() {
        return endpoint.weight();
    }

    /** Open connections of all loops; a snapshot. */
    public int connections() {
        int sum = 0;
        for (Loop loop : loops) {
            sum += loop.connections;
        }
        return sum;
    }

    /** Running requests of all loops; a snapshot. */
    public int active() {
        int sum = 0;
        for (Loop loop : loops) {
            sum += loop.active;
        }
        return sum;
    }
}
