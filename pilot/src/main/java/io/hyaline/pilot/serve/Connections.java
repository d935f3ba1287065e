package io.hyaline.pilot.serve;

import io.hyaline.model.MeshSnapshot;
import io.hyaline.pilot.generate.Moment;
import io.hyaline.pilot.scope.Changes;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All connected proxies and the snapshot that they shall have. */
public final class Connections implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

    /** Proxies that are slower than others skip snapshots, so there are a few ways to the newest. */
    private static final int MOST_WAYS = 32;

    private record Way(long before, long after) {}

    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private final ExecutorService pushers = Executors.newFixedThreadPool(
            Math.max(2, Runtime.getRuntime().availableProcessors()),
            Thread.ofPlatform().daemon().name("pilot-push-", 0).factory());
    private final CountDownLatch first = new CountDownLatch(1);
    private final Map<Way, Changes> ways = new ConcurrentHashMap<>();
    private volatile @Nullable Moment current;
    private volatile Runnable complained = () -> {};

    /** @param listener is called by any thread whenever {@link #complaints} may be others, and has to hand over quickly */
    public void onComplaints(Runnable listener) {
        complained = listener;
    }

    /** Of all proxies, in order of their ids. */
    public List<Complaint> complaints() {
        return all().stream().flatMap(c -> c.complaints().stream()).toList();
    }

    /** Called by the ingest thread. */
    public void publish(MeshSnapshot snapshot) {
        Moment moment = new Moment(snapshot);
        current = moment;
        first.countDown();
        LOG.debug("snapshot {} for {} proxies", snapshot.version(), open.size());
        open.forEach(connection -> connection.offer(moment));
    }

    public @Nullable MeshSnapshot current() {
        Moment newest = current;
        return newest == null ? null : newest.mesh();
    }

    @Nullable
    Moment moment() {
        return current;
    }

    /** False when there was no snapshot in time. */
    public boolean awaitFirst(long timeout, TimeUnit unit) throws InterruptedException {
        return first.await(timeout, unit);
    }

    /** Worked out once for all proxies that go the same way. */
    Changes changes(MeshSnapshot before, MeshSnapshot after) {
        if (ways.size() >= MOST_WAYS) {
            ways.clear();
        }
        return ways.computeIfAbsent(new Way(before.version(), after.version()), _ -> Changes.between(before, after));
    }

    /** In order of id. */
    public List<Connection> all() {
        return open.stream().sorted(Comparator.comparing(Connection::id)).toList();
    }

    @Override
    public void close() {
        pushers.shutdownNow();
    }

    /** A snapshot that came between opening and the first look at it is offered as well. */
    void opened(Connection connection) {
        open.add(connection);
    }

    void closed(Connection connection) {
        open.remove(connection);
        if (!connection.complaints().isEmpty()) {
            complained();
        }
    }

    void complained() {
        complained.run();
    }

    void push(Connection connection) {
        try {
            pushers.execute(() -> {
                try {
                    connection.pushWaiting();
                } catch (RuntimeException e) {
                    LOG.error("{} could not be told the newest configuration", connection.id(), e);
                }
            });
        } catch (RejectedExecutionException _) {
            LOG.debug("closing; {} is told nothing more", connection.id());
        }
    }
}
