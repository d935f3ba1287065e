package io.hyaline.proxy.upstream;

import io.hyaline.proxy.client.Downstream;
import io.hyaline.proxy.codec.ClientStream;
import io.hyaline.proxy.codec.ClientStream.Reset;
import io.hyaline.proxy.loop.Worker;
import io.hyaline.proxy.stats.Counters;
import io.hyaline.proxy.upstream.ClusterPlan.Discovery;
import io.hyaline.proxy.upstream.ClusterPlan.Endpoint;
import io.hyaline.proxy.upstream.ClusterPlan.EndpointSet;
import io.hyaline.proxy.upstream.ClusterPlan.HttpVersion;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A cluster at work: its hosts, its pools, its counters. */
public final class Cluster {

    /** Waits for a connection. */
    public interface Taker {

        void ready(ClientStream stream);

        void failed(Reset reset, String reason);
    }

    /** A wait that can be given up. */
    public interface Acquisition {
        void cancel();
    }

    private final ClusterPlan plan;
    private final Connector connector;
    private final Worker[] workers;
    private final Counters<ClusterCounter> counters;
    private final @Nullable Counters<Http2Counter> http2;
    private final @Nullable Outliers outliers;
    private volatile Balancer balancer;
    private volatile boolean retired;
    /** Hosts of an ORIGINAL_DST cluster, which each loop makes as connections ask for them. */
    private final List<Map<SocketAddress, Host>> original = new ArrayList<>();

    public Cluster(ClusterPlan plan, Connector connector, Worker[] workers, EndpointSet endpoints) {
        this.plan = plan;
        this.connector = connector;
        this.workers = workers.clone();
        this.counters = new Counters<>("cluster." + plan.statName() + ".", ClusterCounter.class, workers.length);
        for (int i = 0; i < workers.length; i++) {
            original.add(new HashMap<>());
        }
        this.balancer = Balancer.of(plan, List.of(), named() ? EndpointSet.EMPTY : endpoints, workers.length);
        this.http2 = plan.protocol().version() == HttpVersion.HTTP1
                ? null
                : new Counters<>("cluster." + plan.statName() + ".http2.", Http2Counter.class, workers.length);
        this.outliers = outliers(plan);
    }

    private @Nullable Outliers outliers(ClusterPlan plan) {
        ClusterPlan.OutlierPlan watching = plan.balancing().outliers();
        if (watching == null || workers.length == 0) {
            return null;
        }
        Counters<OutlierCounter> ejections = new Counters<>(
                "cluster." + plan.statName() + ".outlier_detection.", OutlierCounter.class, workers.length);
        Outliers made = new Outliers(watching, new Hosts(), ejections, System::nanoTime);
        made.start(workers[0]);
        return made;
    }

    /** What outlier detection sees of this cluster. */
    private final class Hosts implements Outliers.Watched {

        @Override
        public List<Host> hosts() {
            return balancer.hosts();
        }

        @Override
        public void changed() {
            weigh(balancer.endpoints());
        }

        @Override
        public boolean retired() {
            return retired;
        }
    }

    public ClusterPlan plan() {
        return plan;
    }

    public Counters<ClusterCounter> counters() {
        return counters;
    }

    /** Hands every counter and gauge to {@code sink}. */
    public void stats(Counters.Sink sink) {
        counters.read(sink);
        if (http2 != null) {
            http2.read(sink);
        }
        if (outliers != null) {
            outliers.counters().read(sink);
        }
    }

    void counted(Worker worker, Http2Counter counter) {
        if (http2 != null) {
            http2.add(worker.index(), counter, 1);
        }
    }

    Connector connector() {
        return connector;
    }

    /** The hosts that are configured; not those an ORIGINAL_DST cluster meets. */
    public List<Host> hosts() {
        return balancer.hosts();
    }

    /** Takes new endpoints; hosts that stay keep their pools, the others' drain. */
    public void endpoints(EndpointSet endpoints) {
        if (!balancer.endpoints().equals(endpoints)) {
            weigh(endpoints);
        }
    }

    private synchronized void weigh(EndpointSet endpoints) {
        Balancer before = balancer;
        Balancer after = Balancer.of(plan, before.hosts(), endpoints, workers.length);
        balancer = after;
        List<Host> gone = new ArrayList<>(before.hosts());
        gone.removeAll(after.hosts());
        if (!gone.isEmpty()) {
            drain(gone);
        }
    }

    /** Whether its endpoints are names, which {@link Names} resolves. */
    boolean named() {
        return plan.discovery() == Discovery.STRICT_DNS || plan.discovery() == Discovery.LOGICAL_DNS;
    }

    boolean retired() {
        return retired;
    }

    /** Ends all its connections as they fall idle. */
    public void drain() {
        retired = true;
        drain(balancer.hosts());
        for (Worker worker : workers) {
            worker.loop()
                    .execute(() -> new ArrayList<>(original.get(worker.index()).values())
                            .forEach(host -> drain(host, worker)));
        }
    }

    private void drain(List<Host> hosts) {
        for (Worker worker : workers) {
            worker.loop().execute(() -> hosts.forEach(host -> drain(host, worker)));
        }
    }

    private static void drain(Host host, Worker worker) {
        new ArrayList<>(host.loop(worker.index()).pools.values()).forEach(Pool::drain);
    }

    /** A host for a connection or request, or null when none is there. */
    public @Nullable Host choose(Worker worker, Downstream downstream) {
        if (plan.discovery() == Discovery.ORIGINAL_DST) {
            return downstream.restored() ? originalHost(worker, downstream.local()) : null;
        }
        return balancer.choose(worker);
    }

    /** Whether hosts are chosen by hash. */
    public boolean hashes() {
        return plan.balancing().hashing() != null;
    }

    /**
     * The host that a hash belongs to, or null when none is there; only where hosts are chosen so.
     *
     * @param attempt another attempt is likely to find another host
     */
    public @Nullable Host choose(long hash, int attempt) {
        return balancer.choose(hash, attempt);
    }

    private Host originalHost(Worker worker, InetSocketAddress address) {
        Map<SocketAddress, Host> hosts = original.get(worker.index());
        Host host = hosts.get(address);
        if (host == null) {
            Endpoint endpoint = new Endpoint(address, "", 1, true, Map.of(), "");
            host = new Host(endpoint, plan, workers.length);
            hosts.put(address, host);
        }
        return host;
    }

    /**
     * Gets a stream to {@code host}, now or later; null when the taker has already been told.
     *
     * @param version what {@link ClusterPlan.Protocol#versionFor} says of the request
     * @param alpn overrides what TLS offers, unless it is empty
     */
    public @Nullable Acquisition acquire(
            Worker worker, Host host, Downstream downstream, HttpVersion version, String alpn, Taker taker) {
        Pool.Key key = new Pool.Key(
                Source.decide(downstream, connector.socketsFor(plan), host.address()),
                version,
                alpn.isEmpty() ? host.alpn(version) : alpn,
                Preamble.decide(host.transport(), downstream));
        Map<Pool.Key, Pool> pools = host.loop(worker.index()).pools;
        Pool pool = pools.get(key);
        if (pool == null) {
            pool = new Pool(this, host, key, worker);
            pools.put(key, pool);
            if (key.preamble() != null) {
                // No other client can ever use these connections.
                Pool own = pool;
                downstream.gone().addListener(_ -> own.drain());
            }
        }
        return pool.acquire(taker);
    }

    /** Opens a connection of its own, outside the pools. */
    public void connect(Worker worker, Host host, Downstream downstream, Connector.Outcome outcome) {
        Pool.Key key = new Pool.Key(
                Source.decide(downstream, connector.socketsFor(plan), host.address()),
                HttpVersion.HTTP1,
                "",
                Preamble.decide(host.transport(), downstream));
        connector.connect(worker, plan, host, key, outcome);
    }

    void unused(Host host, Pool.Key key, Worker worker, boolean empty) {
        if (!empty) {
            return;
        }
        Map<Pool.Key, Pool> pools = host.loop(worker.index()).pools;
        pools.remove(key);
        if (pools.isEmpty() && plan.discovery() == Discovery.ORIGINAL_DST) {
            original.get(worker.index()).remove(host.address(), host);
        }
    }

    /** A request begins on a host. */
    public void begin(Worker worker, Host host) {
        host.loop(worker.index()).active++;
        counters.add(worker.index(), ClusterCounter.UPSTREAM_RQ_TOTAL, 1);
        counters.add(worker.index(), ClusterCounter.UPSTREAM_RQ_ACTIVE, 1);
    }

    /** A request has ended on a host. */
    public void end(Worker worker, Host host) {
        host.loop(worker.index()).active--;
        counters.add(worker.index(), ClusterCounter.UPSTREAM_RQ_ACTIVE, -1);
    }

    /** A host has answered a request. */
    public void answered(Worker worker, Host host, int status) {
        if (outliers != null) {
            outliers.answered(worker, host, status);
        }
    }

    /** A host could not be reached, or broke off a request. */
    public void failed(Worker worker, Host host, boolean timeout) {
        if (outliers != null) {
            outliers.failed(worker, host, timeout);
        }
    }

    /** Whether the breaker lets one more request pass. */
    public boolean full() {
        return counters.sum(ClusterCounter.UPSTREAM_RQ_ACTIVE)
                >= plan.breakers().maxRequests();
    }
}
