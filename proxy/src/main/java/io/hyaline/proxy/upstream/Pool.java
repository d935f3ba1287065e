package io.hyaline.proxy.upstream;

import io.hyaline.proxy.codec.ClientStream.Reset;
import io.hyaline.proxy.codec.Http1Client;
import io.hyaline.proxy.http2.ClientBounds;
import io.hyaline.proxy.http2.Http2Client;
import io.hyaline.proxy.loop.Worker;
import io.hyaline.proxy.tls.ClientTls;
import io.hyaline.proxy.upstream.ClusterPlan.HttpVersion;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One loop's connections to one host, leaving from one address, with one ALPN. Those of HTTP/1.1 carry one request at a time,
 * those of HTTP/2 as many as both ends allow; where TLS settles which it is, a pool has whatever was settled.
 */
final class Pool implements Http1Client.Owner, Http2Client.Owner {

    /** What connections of one pool have in common, beside host and loop; a preamble makes it one client's pool. */
    record Key(
            Source source,
            HttpVersion version,
            String alpn,
            @Nullable Preamble preamble) {}

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
    private final List<Http2Client> multiplexed = new ArrayList<>();
    private final ArrayDeque<Waiter> waiting = new ArrayDeque<>();
    private boolean second;
    private int connecting;
    private int connections;
    private boolean draining;

    Pool(Cluster cluster, Host host, Key key, Worker worker) {
        this.cluster = cluster;
        this.host = host;
        this.key = key;
        this.worker = worker;
        this.second = key.version() != HttpVersion.HTTP1;
    }

    private void counters(ClusterCounter counter, long amount) {
        cluster.counters().add(worker.index(), counter, amount);
    }

    private ClusterPlan.Protocol protocol() {
        return cluster.plan().protocol();
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
        for (int i = 0; i < multiplexed.size(); i++) {
            if (multiplexed.get(i).room() > 0) {
                taker.ready(multiplexed.get(i).open());
                return null;
            }
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
        growIfNeeded();
        return waiter;
    }

    /** Opens another connection when those that are being opened cannot carry all that wait. */
    private void growIfNeeded() {
        long each = second ? mostAtOnce() : 1;
        if (waiting.size() > connecting * each) {
            grow(cluster.plan().breakers());
        }
    }

    private int mostAtOnce() {
        int most = protocol().http2().maxConcurrentStreams();
        int inAll = protocol().maxRequestsPerConnection();
        return inAll > 0 ? Math.min(most, inAll) : most;
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
        cluster.connector().connect(worker, cluster.plan(), host, key, new Connector.Outcome() {
            @Override
            public void connected(Channel channel) {
                connecting--;
                use(channel);
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

    private void use(Channel channel) {
        second = switch (key.version()) {
            case HTTP1, DOWNSTREAM -> false;
            case HTTP2 -> true;
            case AUTO -> ClientTls.protocol(channel).equals("h2");
        };
        if (second) {
            counters(ClusterCounter.UPSTREAM_CX_HTTP2_TOTAL, 1);
            Http2Client client = Http2Client.of(worker, this, bounds());
            channel.pipeline().addLast(client);
            multiplexed.add(client);
            roomier(client);
        } else {
            counters(ClusterCounter.UPSTREAM_CX_HTTP1_TOTAL, 1);
            Http1Client client = new Http1Client(worker, this, protocol().http1Trailers());
            channel.pipeline().addLast(client);
            idle(client);
            growIfNeeded();
        }
    }

    private ClientBounds bounds() {
        Duration longest = protocol().maxConnectionDuration();
        return new ClientBounds(
                protocol().http2(),
                protocol().maxRequestsPerConnection(),
                protocol().idleTimeout().toNanos(),
                longest == null ? 0 : longest.toNanos());
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
        int maxRequests = protocol().maxRequestsPerConnection();
        if (maxRequests > 0 && client.requestsBefore() >= maxRequests) {
            counters(ClusterCounter.UPSTREAM_CX_MAX_REQUESTS, 1);
            client.close();
            return;
        }
        if (tooOld(client)) {
            counters(ClusterCounter.UPSTREAM_CX_MAX_DURATION_REACHED, 1);
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
        long nanos = protocol().idleTimeout().toNanos();
        Duration longest = protocol().maxConnectionDuration();
        if (longest == null) {
            return nanos;
        }
        long left = Math.max(1, longest.toNanos() - (System.nanoTime() - client.openedNanos()));
        return nanos == 0 ? left : Math.min(nanos, left);
    }

    private boolean tooOld(Http1Client client) {
        Duration longest = protocol().maxConnectionDuration();
        return longest != null && System.nanoTime() - client.openedNanos() >= longest.toNanos();
    }

    @Override
    public void expired(Http1Client client) {
        counters(
                tooOld(client)
                        ? ClusterCounter.UPSTREAM_CX_MAX_DURATION_REACHED
                        : ClusterCounter.UPSTREAM_CX_IDLE_TIMEOUT,
                1);
        client.close();
    }

    @Override
    public void closed(Http1Client client, boolean used) {
        idle.remove(client);
        closed();
    }

    private void closed() {
        gone();
        if (!waiting.isEmpty()) {
            growIfNeeded();
        }
        cluster.unused(host, key, worker, connections == 0 && waiting.isEmpty());
    }

    @Override
    public void roomier(Http2Client client) {
        while (!waiting.isEmpty() && client.room() > 0) {
            Waiter next = waiting.pollFirst();
            counters(ClusterCounter.UPSTREAM_RQ_PENDING_ACTIVE, -1);
            next.taker.ready(client.open());
        }
        if (!waiting.isEmpty()) {
            growIfNeeded();
        } else if (draining && client.isIdle()) {
            client.leave();
        }
    }

    @Override
    public void happened(Http2Client.Event event) {
        switch (event) {
            case GOING_AWAY -> counters(ClusterCounter.UPSTREAM_CX_CLOSE_NOTIFY, 1);
            case TOO_LONG_IDLE -> counters(ClusterCounter.UPSTREAM_CX_IDLE_TIMEOUT, 1);
            case TOO_OLD -> counters(ClusterCounter.UPSTREAM_CX_MAX_DURATION_REACHED, 1);
            case TOO_MANY_REQUESTS -> counters(ClusterCounter.UPSTREAM_CX_MAX_REQUESTS, 1);
            case PROTOCOL_ERROR -> counters(ClusterCounter.UPSTREAM_CX_PROTOCOL_ERROR, 1);
            case SILENT -> cluster.counted(worker, Http2Counter.KEEPALIVE_TIMEOUT);
            case RESET_SENT -> {
                counters(ClusterCounter.UPSTREAM_RQ_TX_RESET, 1);
                cluster.counted(worker, Http2Counter.TX_RESET);
            }
            case RESET_RECEIVED -> {
                counters(ClusterCounter.UPSTREAM_RQ_RX_RESET, 1);
                cluster.counted(worker, Http2Counter.RX_RESET);
            }
        }
    }

    @Override
    public void closed(Http2Client client) {
        multiplexed.remove(client);
        closed();
    }

    /** Closes what is idle now, and the rest as it falls idle. */
    void drain() {
        draining = true;
        for (Http1Client client : new ArrayList<>(idle)) {
            client.close();
        }
        for (Http2Client client : new ArrayList<>(multiplexed)) {
            if (client.isIdle()) {
                client.leave();
            }
        }
    }
}
