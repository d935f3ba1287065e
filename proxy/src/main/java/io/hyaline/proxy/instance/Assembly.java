package io.hyaline.proxy.instance;

import io.hyaline.proxy.client.ClientAddress;
import io.hyaline.proxy.codec.Draining;
import io.hyaline.proxy.forward.Router;
import io.hyaline.proxy.http.HcmPlan;
import io.hyaline.proxy.http.HttpCounter;
import io.hyaline.proxy.http.HttpService;
import io.hyaline.proxy.listen.ChainLife;
import io.hyaline.proxy.listen.ChainService;
import io.hyaline.proxy.listen.ListenerCounter;
import io.hyaline.proxy.listen.ListenerPlan;
import io.hyaline.proxy.listen.ListenerPlan.Chain;
import io.hyaline.proxy.listen.ListenerPlan.Network;
import io.hyaline.proxy.listen.ListenerService;
import io.hyaline.proxy.log.Logs;
import io.hyaline.proxy.plan.Plan;
import io.hyaline.proxy.route.RouteTable;
import io.hyaline.proxy.stats.Counters;
import io.hyaline.proxy.tcp.TcpConnection;
import io.hyaline.proxy.tcp.TcpCounter;
import io.hyaline.proxy.tcp.TcpPlan;
import io.hyaline.proxy.tcp.TcpService;
import io.hyaline.proxy.tls.BoringServer;
import io.hyaline.proxy.tls.Secrets;
import io.hyaline.proxy.tls.TlsPlan;
import io.hyaline.proxy.upstream.Clusters;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes listeners at work out of plans: the one place where the path of a connection is put together. */
final class Assembly {

    /** Envoy's default for per_connection_buffer_limit_bytes. */
    private static final int KEPT_BYTES = 1024 * 1024;

    private final Supplier<Plan> plan;
    private final Clusters clusters;
    private final Logs logs;
    private final Secrets secrets;
    private final StatRegistry stats;
    private final @Nullable InetAddress nodeAddress;

    Assembly(
            Supplier<Plan> plan,
            Clusters clusters,
            Logs logs,
            Secrets secrets,
            StatRegistry stats,
            @Nullable InetAddress nodeAddress) {
        this.nodeAddress = nodeAddress;
        this.plan = plan;
        this.clusters = clusters;
        this.logs = logs;
        this.secrets = secrets;
        this.stats = stats;
    }

    /** A listener for {@code plan}; chains of {@code before} with the same content go on as they are, others may be adopted. */
    ListenerService listener(ListenerPlan listener, @Nullable ListenerService before) {
        List<ChainService> chains = new ArrayList<>();
        for (Chain chain : listener.chains()) {
            chains.add(chain(listener, chain, before, false));
        }
        Chain last = listener.defaultChain();
        Counters<ListenerCounter> counters = before != null
                ? before.counters()
                : stats.counters("listener." + listener.name() + ".", ListenerCounter.class);
        return new ListenerService(
                listener, List.copyOf(chains), last == null ? null : chain(listener, last, before, true), counters);
    }

    private ChainService chain(ListenerPlan listener, Chain chain, @Nullable ListenerService before, boolean last) {
        int kept = listener.bufferBytes() > 0 ? listener.bufferBytes() : KEPT_BYTES;
        if (before != null && before.plan().bufferBytes() == listener.bufferBytes()) {
            ChainService same = before.sameAs(chain);
            if (same != null) {
                return same;
            }
            ChainService adopted = before.adoptedBy(chain, last);
            if (adopted != null
                    && adopted.handlers() instanceof HttpChain(HttpService old)
                    && chain.network() instanceof Network.Http(HcmPlan http)) {
                return new ChainService(chain, adopted.life(), http(http, kept, old.draining(), old.succession()));
            }
        }
        TlsPlan.Downstream plan = chain.tls();
        if (plan != null
                && chain.network() instanceof Network.Http(HcmPlan http)
                && http.codec() == HcmPlan.Codec.HTTP1) {
            plan = plan.without("h2");
        }
        BoringServer tls = plan == null ? null : new BoringServer(plan, secrets, chain.handshakeTimeout());
        Draining draining = new Draining();
        return new ChainService(chain, new ChainLife(tls, draining), handlers(chain, kept, draining));
    }

    private ChainService.Handlers handlers(Chain chain, int kept, Draining draining) {
        return switch (chain.network()) {
            case Network.Http(HcmPlan http) -> http(http, kept, draining, new HttpService.Succession());
            case Network.Tcp(TcpPlan tcp) -> {
                TcpService service = new TcpService(
                        tcp, clusters, logs, stats.counters("tcp." + tcp.statPrefix() + ".", TcpCounter.class), kept);
                yield downstream -> new TcpConnection(service, downstream);
            }
        };
    }

    private HttpChain http(HcmPlan http, int kept, Draining draining, HttpService.Succession succession) {
        return new HttpChain(new HttpService(
                http,
                routes(http.routes()),
                new Router(
                        clusters,
                        kept,
                        http.addsResponseHeaders(),
                        http.alpn(),
                        nodeAddress == null ? null : ClientAddress.text(nodeAddress)),
                FilterAssembly.chain(http, stats),
                logs,
                stats.counters("http." + http.statPrefix() + ".", HttpCounter.class),
                nodeAddress,
                HttpService.rules(http),
                draining,
                succession));
    }

    private Supplier<@Nullable RouteTable> routes(HcmPlan.Routes routes) {
        return switch (routes) {
            case HcmPlan.Routes.Inline(RouteTable table) -> () -> table;
            case HcmPlan.Routes.Named(String name) -> () -> plan.get().routes().get(name);
        };
    }
}
