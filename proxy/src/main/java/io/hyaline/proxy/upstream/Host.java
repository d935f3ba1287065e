package io.hyaline.proxy.upstream;

import io.hyaline.proxy.client.ClientAddress;
import io.hyaline.proxy.tls.TlsPlan;
import io.hyaline.proxy.upstream.ClusterPlan.Endpoint;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An endpoint of a cluster, and each loop's pools to it. */
public final class Host {

    private final Endpoint endpoint;
    private final Transport transport;
    private final String text;
    private final String http1Alpn;
    private final Loop[] loops;
    private final @Nullable Conduct conduct;

    /** One loop's share. */
    static final class Loop {
        final Map<Pool.Key, Pool> pools = new HashMap<>(4);
        int active;
        int connections;
    }

    Host(Endpoint endpoint, ClusterPlan plan, int loops) {
        this.endpoint = endpoint;
        this.transport = plan.security().transportFor(endpoint);
        this.conduct = plan.balancing().outliers() == null ? null : new Conduct();
        this.text = text(endpoint.address());
        this.http1Alpn = http1Alpn(transport);
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

    /** The transport's ALPN without HTTP/2, which these pools do not speak; empty when nothing has to be left out. */
    private static String http1Alpn(Transport transport) {
        TlsPlan.Upstream plan = transport.security();
        if (plan == null || !plan.tls().alpn().contains("h2")) {
            return "";
        }
        return plan.tls().alpn().stream()
                .filter(protocol -> !protocol.equals("h2"))
                .collect(Collectors.joining(","));
    }

    String http1Alpn() {
        return http1Alpn;
    }

    Loop loop(int index) {
        return loops[index];
    }

    /** How it has behaved; null when nobody watches. */
    @Nullable
    Conduct conduct() {
        return conduct;
    }

    /** Left out because of its failures. */
    public boolean ejected() {
        return conduct != null && conduct.ejected();
    }

    /** Whether discovery calls it healthy. */
    public boolean announcedHealthy() {
        return endpoint.healthy();
    }

    public boolean healthy() {
        return endpoint.healthy() && !ejected();
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
