package io.hyaline.proxy.upstream;

import io.hyaline.proxy.codec.ClientStream.Reset;
import io.hyaline.proxy.codec.Http1Client;
import io.hyaline.proxy.loop.Worker;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One loop's HTTP/1.1 connections to one host, leaving from one address, with one ALPN. */
final class Pool implements Http1Client.Owner {

    /** What connections of one pool have in common, beside host and loop; a preamble makes it one client's pool. */
    record Key(Source source, String alpn, @Nullable Preamble preamble) {}

    /** A request that waits for a connection. */
    static final class Waiter implements Cluster.Acquisition {
        private final Cluster.Taker taker;
        private final Pool pool;
        private boolean cancelled;

        Waiter(Cluster.Taker taker, Pool pool) {
            this.taker = taker;
            this.pool = pool;
        }

        @Override
        public void cancel() {
            if (!cancelled) {
                cancelled = true;
                if (pool.waiting.remove(this)) {
                    pool.counters(ClusterCounter.UPSTREAM_RQ_PENDING_ACTIVE, -1);
                    pool.counters(ClusterCounter.UPSTREAM_RQ_CANCELLED, 1);
                }
            }
        }
    }

    private final Cluster cluster;
    private final Host host;
    private final Key key;
    private final Worker worker;
    private final ArrayDeque<Http1Client> idle = new ArrayDeque<>();
    private final ArrayDeque<Waiter> waiting = new ArrayDeque<>();
    private int connecting;
    private int connections;
    private boolean draining;

    Pool(Cluster cluster, Host host, Key key, Worker worker) {
        this.cluster = cluster;
        this.host = host;
        this.key = key;
        this.worker = worker;
    }

    private void counters(ClusterCounter counter, long amount) {
        cluster.counters().add(worker.index(), counter, amount);
    }

    /** Gives {@code taker} a connection now or later; null when that happened, or failed, at once. */
    Cluster.@Nullable Acquisition acquire(Cluster.Taker taker) {
        Http1Client client = idle.pollLast();
        while (client != null && !client.usable()) {
            client = idle.pollLast();
        }
        if (client != null) {
            client.idleDeadline().cancel();
            taker.ready(client);
            return null;
        }
        ClusterPlan.Breakers limits = cluster.plan().breakers();
        if (cluster.counters().sum(ClusterCounter.UPSTREAM_RQ_PENDING_ACTIVE) >= limits.maxPendingRequests()) {
            counters(ClusterCounter.UPSTREAM_RQ_PENDING_OVERFLOW, 1);
            taker.failed(Reset.OVERFLOW, "");
            return null;
        }
        Waiter waiter = new Waiter(taker, this);
        waiting.addLast(waiter);
        counters(ClusterCounter.UPSTREAM_RQ_PENDING_TOTAL, 1);
        counters(ClusterCounter.UPSTREAM_RQ_PENDING_ACTIVE, 1);
        if (connecting < waiting.size()) {
            grow(limits);
        }
        return waiter;
    }

    private void grow(ClusterPlan.Breakers limits) {
        boolean full = cluster.counters().sum(ClusterCounter.UPSTREAM_CX_ACTIVE) >= limits.maxConnections();
        if (full) {
            counters(ClusterCounter.UPSTREAM_CX_OVERFLOW, 1);
            if (connections > 0) {
                return;
            }
        }
        connecting++;
        connections++;
        host.loop(worker.index()).connections++;
        counters(ClusterCounter.UPSTREAM_CX_TOTAL, 1);
        counters(ClusterCounter.UPSTREAM_CX_ACTIVE, 1);
        counters(ClusterCounter.UPSTREAM_CX_HTTP1_TOTAL, 1);
        cluster.connector().connect(worker, cluster.plan(), host, key, new Connector.Outcome() {
            @Override
            public void connected(Channel channel) {
                connecting--;
                Http1Client client = new Http1Client(
                        worker, Pool.this, cluster.plan().protocol().http1Trailers());
                channel.pipeline().addLast(client);
                idle(client);
            }

            @Override
            public void failed(Reset reset, String reason) {
                connecting--;
                gone();
                counters(
                        reset == Reset.CONNECT_TIMEOUT
                                ? ClusterCounter.UPSTREAM_CX_CONNECT_TIMEOUT
                                : ClusterCounter.UPSTREAM_CX_CONNECT_FAIL,
                        1);
                failAll(reset, reason);
            }
        });
    }

    private void failAll(Reset reset, String reason) {
        List<Waiter> failed = new ArrayList<>(waiting);
        waiting.clear();
        for (Waiter waiter : failed) {
            counters(ClusterCounter.UPSTREAM_RQ_PENDING_ACTIVE, -1);
            counters(ClusterCounter.UPSTREAM_RQ_PENDING_FAILURE_EJECT, 1);
            if (!waiter.cancelled) {
                waiter.taker.failed(reset, reason);
            }
        }
        cluster.unused(host, key, worker, connections == 0 && waiting.isEmpty());
    }

    private void gone() {
        connections--;
        host.loop(worker.index()).connections--;
        counters(ClusterCounter.UPSTREAM_CX_ACTIVE, -1);
        counters(ClusterCounter.UPSTREAM_CX_DESTROY, 1);
    }

    @Override
    public void idle(Http1Client client) {
        int maxRequests = cluster.plan().protocol().maxRequestsPerConnection();
        if ((maxRequests > 0 && client.requestsBefore() >= maxRequests) || tooOld(client)) {
            client.close();
            return;
        }
        Waiter next = waiting.pollFirst();
        if (next != null) {
            counters(ClusterCounter.UPSTREAM_RQ_PENDING_ACTIVE, -1);
            next.taker.ready(client);
            return;
        }
        if (draining) {
            client.close();
            return;
        }
        idle.addLast(client);
        long nanos = idleNanos(client);
        if (nanos > 0) {
            worker.deadlines().set(client.idleDeadline(), System.nanoTime(), nanos);
        }
    }

    /** How long an idle connection may stay: until it is idle for too long, or too old. */
    private long idleNanos(Http1Client client) {
        long nanos = cluster.plan().protocol().idleTimeout().toNanos();
        Duration longest = cluster.plan().protocol().maxConnectionDuration();
        if (longest == null) {
            return nanos;
        }
        long left = Math.max(1, longest.toNanos() - (System.nanoTime() - client.openedNanos()));
        return nanos == 0 ? left : Math.min(nanos, left);
    }

    private boolean tooOld(Http1Client client) {
        Duration longest = cluster.plan().protocol().maxConnectionDuration();
        return longest != null && System.nanoTime() - client.openedNanos() >= longest.toNanos();
    }

    @Override
    public void closed(Http1Client client, boolean used) {
        gone();
        idle.remove(client);
        if (!waiting.isEmpty() && connecting < waiting.size()) {
            grow(cluster.plan().breakers());
        }
        cluster.unused(host, key, worker, connections == 0 && waiting.isEmpty());
    }

    /** Closes what is idle now, and the rest as it falls idle. */
    void drain() {
        draining = true;
        for (Http1Client client : new ArrayList<>(idle)) {
            client.close();
        }
    }
}
