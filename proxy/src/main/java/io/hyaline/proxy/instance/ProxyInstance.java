package io.hyaline.proxy.instance;

import io.hyaline.proxy.listen.Acceptor;
import io.hyaline.proxy.listen.ChainLife;
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
import java.util.Collection;
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
     * Connections whose own filter chain has changed obey the new one with their next request where it can adopt them, and
     * drain at once where not.
     */
    public synchronized void apply(Resources resources) throws RejectedResource {
        Plan next = PlanCompiler.compile(resources, plan);
        List<ListenerService> listeners = new ArrayList<>();
        for (ListenerPlan listener : next.listeners().values()) {
            listeners.add(assembly.listener(listener, table.named(listener.name())));
        }
        Set<ChainLife> ending = lives(table.all());
        ending.removeAll(lives(listeners));
        // Marked first: an answer that is on its way while the new plan comes up must not keep its connection.
        ending.forEach(ChainLife::beginDrain);
        clusters.apply(next.clusters(), next.endpoints());
        plan = next;
        // Before the table: whoever has seen the new plan on one connection must find it on all.
        listeners.forEach(
                listener -> listener.chains().forEach(chain -> chain.handlers().takeOver()));
        table = new ListenerTable(listeners);
        ending.forEach(life -> life.drain(config.drainTime()));
        bindings.apply(next.listeners());
    }

    private static Set<ChainLife> lives(Collection<ListenerService> listeners) {
        Set<ChainLife> lives = Collections.newSetFromMap(new IdentityHashMap<>());
        listeners.forEach(listener -> listener.chains().forEach(chain -> lives.add(chain.life())));
        return lives;
    }

    /**
     * Takes leave of clients while still serving: every answer from now on is its connection's last.
     *
     * @param close whether connections without a request are closed now, and those with one after it
     * @return how many connections there are
     */
    public synchronized int drain(boolean close) {
        int connections = 0;
        for (ChainLife life : lives(table.all())) {
            life.beginDrain();
            if (close) {
                life.closeIdle();
            }
            connections += life.connections();
        }
        return connections;
    }

    /** Stops listening and closes every connection. */
    @Override
    public synchronized void close() {
        bindings.close();
        for (ListenerService listener : table.all()) {
            listener.chains().forEach(chain -> chain.life().close());
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
