package io.hyaline.apiserver.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;

/** The latest changes of one resource. Guarded by the store's lock. */
final class History {
    /** Watches that keep up ask for the trees of so many changes. */
    private static final int WITH_TREES = 64;

    private final StoreLimits limits;
    private final Deque<Change> latest = new ArrayDeque<>(WITH_TREES + 1);
    private final Deque<Change> changes = new ArrayDeque<>();
    private long bytes;
    private long floor;

    /** Nothing is known of what happened up to and including {@code floor}. */
    History(StoreLimits limits, long floor) {
        this.limits = limits;
        this.floor = floor;
    }

    void add(Change change) {
        changes.addLast(change);
        bytes += size(change);
        latest.addLast(change);
        if (latest.size() > WITH_TREES) {
            letGoOfTrees(latest.removeFirst());
        }
        while (changes.size() > limits.historyEvents() || (bytes > limits.historyBytes() && changes.size() > 1)) {
            Change dropped = changes.removeFirst();
            bytes -= size(dropped);
            floor = dropped.revision();
        }
    }

    /** All changes after a revision. */
    List<Change> after(long revision) throws CompactedException {
        check(revision);
        List<Change> found = new ArrayList<>();
        for (Iterator<Change> all = changes.descendingIterator(); all.hasNext(); ) {
            Change change = all.next();
            if (change.revision() <= revision) {
                break;
            }
            found.add(change);
        }
        return found.reversed();
    }

    /** Takes back, in a copy of the objects, everything that happened after a revision. */
    void rewind(NavigableMap<Key, Stored> objects, long revision) throws CompactedException {
        for (Change change : after(revision).reversed()) {
            if (change.previous() == null) {
                objects.remove(change.key());
            } else {
                objects.put(change.key(), change.previous());
            }
        }
    }

    private void check(long revision) throws CompactedException {
        if (revision < floor) {
            throw new CompactedException(revision, floor);
        }
    }

    /** Of what the change made old; what it made new is let go of by the change that follows it. */
    private static void letGoOfTrees(Change change) {
        if (change.previous() != null) {
            change.previous().letGoOfTree();
        }
        if (change.kind() == Change.Kind.DELETED) {
            change.current().letGoOfTree();
        }
    }

    private static long size(Change change) {
        return change.current().bytes().length;
    }
}
