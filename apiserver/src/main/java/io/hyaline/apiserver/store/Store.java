package io.hyaline.apiserver.store;

import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.store.Write.Result;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * All objects. Reads come from memory; one thread decides and makes durable all writes, several per commit. A write
 * that was answered with Done is on disk; nobody sees it before.
 */
public final class Store implements AutoCloseable {
    private static final String ALL = "";

    private final SqliteFile file;
    private final StoreLimits limits;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final Map<String, NavigableMap<Key, Stored>> objects = new HashMap<>();
    private final Map<String, History> histories = new HashMap<>();
    private final Map<String, List<Watch>> watches = new HashMap<>();
    private final List<Consumer<Change>> listeners = new CopyOnWriteArrayList<>();
    private final BlockingQueue<Pending> queue;
    private final Thread writer;
    private final long firstRevision;
    private volatile long revision;

    private record Pending(@Nullable Write write, CompletableFuture<Result> answer) {}

    /** Objects of one resource at one revision. */
    public record Snapshot(long revision, List<Stored> objects) {}

    private Store(SqliteFile file, StoreLimits limits) {
        this.file = file;
        this.limits = limits;
        this.queue = new ArrayBlockingQueue<>(limits.waitingWrites());
        this.revision = file.load(stored -> of(stored.key().storage()).put(stored.key(), stored));
        this.firstRevision = revision;
        this.writer = Thread.ofPlatform().name("store-writer").daemon().unstarted(this::run);
    }

    public static Store open(Path file, StoreLimits limits) {
        Store store = new Store(SqliteFile.open(file), limits);
        store.writer.start();
        return store;
    }

    /** Revision of the latest change. */
    public long revision() {
        return revision;
    }

    public @Nullable Stored get(Key key) {
        lock.readLock().lock();
        try {
            NavigableMap<Key, Stored> all = objects.get(key.storage());
            return all == null ? null : all.get(key);
        } finally {
            lock.readLock().unlock();
        }
    }

    /** All objects of a resource, or of one namespace of it, in the order of their names. */
    public Snapshot list(String storage, String namespace) {
        lock.readLock().lock();
        try {
            return new Snapshot(revision, List.copyOf(range(storage, namespace).values()));
        } finally {
            lock.readLock().unlock();
        }
    }

    /** The same as it was at an earlier revision. */
    public Snapshot listAt(String storage, String namespace, long at) throws CompactedException {
        lock.readLock().lock();
        try {
            NavigableMap<Key, Stored> copy = new TreeMap<>(range(storage, ALL));
            History history = histories.get(storage);
            if (at < firstRevision && history == null) {
                throw new CompactedException(at, firstRevision);
            }
            if (history != null) {
                history.rewind(copy, at);
            }
            return new Snapshot(at, List.copyOf(range(copy, storage, namespace).values()));
        } finally {
            lock.readLock().unlock();
        }
    }

    /** The storage names that hold objects. */
    public List<String> storages() {
        lock.readLock().lock();
        try {
            return List.copyOf(objects.keySet());
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Changes after a revision, as they come. An empty storage name means all resources. */
    public Watch watch(String storage, String namespace, long since, int capacity) throws CompactedException {
        lock.writeLock().lock();
        try {
            List<Change> missed = List.of();
            if (since < revision) {
                missed = history(storage).after(since);
            }
            List<Watch> siblings = watches.computeIfAbsent(storage, _ -> new CopyOnWriteArrayList<>());
            Watch[] self = new Watch[1];
            self[0] = new Watch(namespace, capacity, missed, () -> siblings.remove(self[0]));
            siblings.add(self[0]);
            return self[0];
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Hears of every change before the write is answered; must be quick. */
    public void listen(Consumer<Change> listener) {
        listeners.add(listener);
    }

    /** Writes and waits until it is on disk. Throws StoreException when the disk fails. */
    public Result write(Write write) {
        Pending pending = new Pending(write, new CompletableFuture<>());
        try {
            queue.put(pending);
            return pending.answer().join();
        } catch (CompletionException e) {
            throw new StoreException("the write was not stored; check space and health of the data directory", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("interrupted while waiting for the store", e);
        }
    }

    @Override
    public void close() {
        try {
            queue.put(new Pending(null, new CompletableFuture<>()));
            writer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        file.close();
    }

    private void run() {
        List<Pending> batch = new ArrayList<>();
        boolean open = true;
        while (open) {
            batch.clear();
            try {
                batch.add(queue.take());
            } catch (InterruptedException e) {
                return;
            }
            queue.drainTo(batch, limits.batch() - 1);
            open = batch.stream().allMatch(pending -> pending.write() != null);
            commit(batch);
        }
    }

    private void commit(List<Pending> batch) {
        Map<Key, Change> decided = new HashMap<>();
        List<Change> changes = new ArrayList<>();
        List<Result> results = new ArrayList<>();
        for (Pending pending : batch) {
            if (pending.write() != null) {
                results.add(decide(pending.write(), decided, changes));
            }
        }
        try {
            if (!changes.isEmpty()) {
                file.append(changes, changes.getLast().revision());
                publish(changes);
            }
        } catch (RuntimeException e) {
            batch.forEach(pending -> pending.answer().completeExceptionally(e));
            return;
        }
        for (int i = 0; i < results.size(); i++) {
            batch.get(i).answer().complete(results.get(i));
        }
    }

    private Result decide(Write write, Map<Key, Change> decided, List<Change> changes) {
        Stored existing = current(write.key(), decided);
        if (write.expected() == 0 && existing != null) {
            return new Result.Exists();
        }
        if (write.expected() != 0 && existing == null) {
            return new Result.Missing();
        }
        if (existing != null && existing.revision() != write.expected()) {
            return new Result.Stale();
        }
        long next = revision + changes.size() + 1;
        ObjectNode object = write.object();
        Change.Kind kind = existing == null ? Change.Kind.ADDED : Change.Kind.MODIFIED;
        if (object == null) {
            if (existing == null) {
                return new Result.Missing();
            }
            kind = Change.Kind.DELETED;
            object = existing.object().deepCopy();
        }
        Json.child(object, "metadata").put("resourceVersion", Long.toString(next));
        Stored stored = new Stored(write.key(), next, object, Json.bytes(object));
        Change change = new Change(kind, stored, existing);
        decided.put(write.key(), change);
        changes.add(change);
        return new Result.Done(stored);
    }

    private @Nullable Stored current(Key key, Map<Key, Change> decided) {
        Change earlier = decided.get(key);
        if (earlier != null) {
            return earlier.kind() == Change.Kind.DELETED ? null : earlier.current();
        }
        NavigableMap<Key, Stored> all = objects.get(key.storage());
        return all == null ? null : all.get(key);
    }

    private void publish(List<Change> changes) {
        lock.writeLock().lock();
        try {
            for (Change change : changes) {
                if (change.kind() == Change.Kind.DELETED) {
                    of(change.key().storage()).remove(change.key());
                } else {
                    of(change.key().storage()).put(change.key(), change.current());
                }
                history(change.key().storage()).add(change);
                watches.getOrDefault(change.key().storage(), List.of()).forEach(watch -> watch.offer(change));
                watches.getOrDefault(ALL, List.of()).forEach(watch -> watch.offer(change));
            }
            revision = changes.getLast().revision();
        } finally {
            lock.writeLock().unlock();
        }
        changes.forEach(change -> listeners.forEach(listener -> listener.accept(change)));
    }

    private NavigableMap<Key, Stored> of(String storage) {
        return objects.computeIfAbsent(storage, _ -> new TreeMap<>());
    }

    private History history(String storage) {
        return histories.computeIfAbsent(storage, _ -> new History(limits, firstRevision));
    }

    private NavigableMap<Key, Stored> range(String storage, String namespace) {
        return range(objects.getOrDefault(storage, new TreeMap<>()), storage, namespace);
    }

    private static NavigableMap<Key, Stored> range(NavigableMap<Key, Stored> all, String storage, String namespace) {
        return namespace.isEmpty()
                ? all
                : all.subMap(new Key(storage, namespace, ""), true, new Key(storage, namespace + "\0", ""), false);
    }
}
