package io.hyaline.proxy.instance;

import io.hyaline.proxy.client.Downstream;
import io.hyaline.proxy.http.HcmPlan;
import io.hyaline.proxy.http.HttpConnection;
import io.hyaline.proxy.http.HttpCounter;
import io.hyaline.proxy.http.HttpService;
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
import io.hyaline.proxy.upstream.Clusters;
import io.netty.channel.ChannelHandler;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes listeners at work out of plans: the one place where the path of a connection is put together. */
final class Assembly {

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

    /** A listener for {@code plan}; chains of {@code before} with the same content go on as they are. */
    ListenerService listener(ListenerPlan listener, @Nullable ListenerService before) {
        List<ChainService> chains = new ArrayList<>();
        for (Chain chain : listener.chains()) {
            chains.add(chain(chain, before));
        }
        Chain last = listener.defaultChain();
        Counters<ListenerCounter> counters = before != null
                ? before.counters()
                : stats.counters("listener." + listener.name() + ".", ListenerCounter.class);
        return new ListenerService(listener, List.copyOf(chains), last == null ? null : chain(last, before), counters);
    }

    private ChainService chain(Chain chain, @Nullable ListenerService before) {
        ChainService same = before == null ? null : before.sameAs(chain);
        if (same != null) {
            return same;
        }
        BoringServer tls =
                chain.tls() == null ? null : new BoringServer(chain.tls(), secrets, chain.handshakeTimeout());
        return new ChainService(chain, tls, handlers(chain));
    }

    private Function<Downstream, ChannelHandler> handlers(Chain chain) {
        return switch (chain.network()) {
            case Network.Http(HcmPlan http) -> {
                HttpService service = new HttpService(
                        http,
                        routes(http.routes()),
                        clusters,
                        logs,
                        stats.counters("http." + http.statPrefix() + ".", HttpCounter.class),
                        nodeAddress,
                        HttpService.rules(http));
                yield downstream -> HttpConnection.http1(service, downstream);
            }
            case Network.Tcp(TcpPlan tcp) -> {
                TcpService service = new TcpService(
                        tcp, clusters, logs, stats.counters("tcp." + tcp.statPrefix() + ".", TcpCounter.class));
                yield downstream -> new TcpConnection(service, downstream);
            }
        };
    }

    private Supplier<@Nullable RouteTable> routes(HcmPlan.Routes routes) {
        return switch (routes) {
            case HcmPlan.Routes.Inline(RouteTable table) -> () -> table;
            case HcmPlan.Routes.Named(String name) -> () -> plan.get().routes().get(name);
        };
    }
}
