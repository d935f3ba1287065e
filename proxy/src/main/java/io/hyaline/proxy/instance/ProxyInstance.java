package io.hyaline.proxy.instance;

import io.hyaline.proxy.listen.Acceptor;
import io.hyaline.proxy.listen.ChainService;
import io.hyaline.proxy.listen.ListenerPlan;
import io.hyaline.proxy.listen.ListenerService;
import io.hyaline.proxy.listen.ListenerTable;
import io.hyaline.proxy.log.LogWriter;
import io.hyaline.proxy.log.Logs;
import io.hyaline.proxy.loop.Worker;
import io.hyaline.proxy.plan.Plan;
import io.hyaline.proxy.plan.PlanCompiler;
import io.hyaline.proxy.plan.RejectedResource;
import io.hyaline.proxy.plan.Resources;
import io.hyaline.proxy.stats.Counters;
import io.hyaline.proxy.tls.BoringClient;
import io.hyaline.proxy.tls.Secrets;
import io.hyaline.proxy.upstream.Clusters;
import io.hyaline.proxy.upstream.Connector;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * One proxy: a plan, its listeners and clusters. Many live in one process and share event loops, never sockets, pools,
 * plans or logs.
 */
public final class ProxyInstance implements AutoCloseable {

    private final InstanceConfig config;
    private final Worker[] workers;
    private final Logs logs;
    private final Clusters clusters;
    private final BoringClient clientTls;
    private final StatRegistry stats;
    private final Assembly assembly;
    private final Bindings bindings;
    private volatile Plan plan = Plan.EMPTY;
    private volatile ListenerTable table = ListenerTable.EMPTY;

    public ProxyInstance(InstanceConfig config, LogWriter writer) {
        this.config = config;
        this.workers = workers(config);
        this.logs = new Logs(workers, writer, config.output());
        Secrets secrets = new Secrets(() -> plan.secrets());
        this.clientTls = new BoringClient(secrets);
        Connector connector =
                new Connector(config.sockets(), config.upstreamDefaults(), config.upstreamMark(), clientTls);
        this.clusters = new Clusters(connector, workers);
        this.stats = new StatRegistry(workers.length);
        this.assembly = new Assembly(() -> plan, clusters, logs, secrets, stats, config.nodeAddress());
        this.bindings = new Bindings(config.sockets(), listener -> new Acceptor(listener, workers, () -> table, logs));
    }

    private static Worker[] workers(InstanceConfig config) {
        List<Worker> workers = new ArrayList<>();
        for (EventExecutor loop : config.sockets().loops()) {
            workers.add(new Worker(workers.size(), (EventLoop) loop));
        }
        return workers.toArray(Worker[]::new);
    }

    public InstanceConfig config() {
        return config;
    }

    /** The plan that is served now. */
    public Plan plan() {
        return plan;
    }

    public Clusters clusters() {
        return clusters;
    }

    public ListenerTable listeners() {
        return table;
    }

    /** The addresses a listener is bound to, with the ports that the kernel chose. */
    public synchronized List<SocketAddress> addresses(String listener) {
        return bindings.addresses(listener);
    }

    /** Hands every counter and gauge to {@code sink}. */
    public void stats(Counters.Sink sink) {
        stats.read(sink);
        clusters.all().forEach(cluster -> cluster.stats(sink));
    }

    /**
     * Serves {@code resources} from now on; refused as a whole, with the last good plan kept, when one cannot be served.
     * Connections whose own filter chain has changed drain at once.
     */
    public synchronized void apply(Resources resources) throws RejectedResource {
        Plan next = PlanCompiler.compile(resources, plan);
        List<ListenerService> listeners = new ArrayList<>();
        Set<ChainService> kept = Collections.newSetFromMap(new IdentityHashMap<>());
        for (ListenerPlan listener : next.listeners().values()) {
            ListenerService service = assembly.listener(listener, table.named(listener.name()));
            listeners.add(service);
            kept.addAll(service.chains());
        }
        ListenerTable before = table;
        List<ChainService> ending = new ArrayList<>();
        for (ListenerService old : before.all()) {
            ending.addAll(old.chains());
        }
        ending.removeAll(kept);
        // Marked first: an answer that is on its way while the new plan comes up must not keep its connection.
        ending.forEach(ChainService::beginDrain);
        clusters.apply(next.clusters(), next.endpoints());
        plan = next;
        table = new ListenerTable(listeners);
        ending.forEach(chain -> chain.drain(config.drainTime()));
        bindings.apply(next.listeners());
    }

    /**
     * Takes leave of clients while still serving: every answer from now on is its connection's last.
     *
     * @param close whether connections without a request are closed now, and those with one after it
     * @return how many connections there are
     */
    public synchronized int drain(boolean close) {
        int connections = 0;
        for (ListenerService listener : table.all()) {
            for (ChainService chain : listener.chains()) {
                chain.beginDrain();
                if (close) {
                    chain.closeIdle();
                }
                connections += chain.connections();
            }
        }
        return connections;
    }

    /** Stops listening and closes every connection. */
    @Override
    public synchronized void close() {
        bindings.close();
        for (ListenerService listener : table.all()) {
            listener.chains().forEach(ChainService::close);
        }
        table = ListenerTable.EMPTY;
        clusters.close();
        for (Worker worker : workers) {
            worker.loop().execute(() -> logs.of(worker).flush());
        }
        clientTls.close();
        plan = Plan.EMPTY;
    }
}
