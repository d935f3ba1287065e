package io.hyaline.proxy.upstream;

import io.hyaline.proxy.client.ClientAddress;
import io.hyaline.proxy.tls.TlsPlan;
import io.hyaline.proxy.upstream.ClusterPlan.Endpoint;
import io.hyaline.proxy.upstream.ClusterPlan.HttpVersion;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An endpoint of a cluster, and each loop's pools to it. */
public final class Host {

    private static final String ISTIO_HTTP2 = "istio-h2,istio,h2";

    private final Endpoint endpoint;
    private final Transport transport;
    private final String text;
    private final String http1Alpn;
    private final String http2Alpn;
    private final boolean named;
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
        this.http2Alpn = http2Alpn(transport);
        TlsPlan.Upstream security = transport.security();
        this.named = security != null && !security.tls().alpn().isEmpty();
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

    /** The transport's ALPN for HTTP/1.1: without HTTP/2. */
    private static String http1Alpn(Transport transport) {
        TlsPlan.Upstream plan = transport.security();
        return plan == null
                ? ""
                : plan.tls().alpn().stream()
                        .filter(protocol -> !protocol.equals("h2"))
                        .collect(Collectors.joining(","));
    }

    /** The same for HTTP/2; empty when the list may stay as it is. A list for HTTP/1.1 cannot: the peer would go by it. */
    private static String http2Alpn(Transport transport) {
        TlsPlan.Upstream plan = transport.security();
        List<String> names = plan == null ? List.of() : plan.tls().alpn();
        if (names.isEmpty() || (!names.contains("h2") && names.contains("http/1.1"))) {
            return names.contains("istio") ? ISTIO_HTTP2 : "h2";
        }
        return "";
    }

    /** What is offered for a version when nobody overrides it: what the transport names, else the version's own name. */
    String alpn(HttpVersion version) {
        return switch (version) {
            case HTTP1, DOWNSTREAM -> http1Alpn.isEmpty() ? "http/1.1" : http1Alpn;
            case HTTP2 -> http2Alpn;
            case AUTO -> named ? "" : "h2,http/1.1";
        };
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
