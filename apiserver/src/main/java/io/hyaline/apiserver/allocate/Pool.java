package io.hyaline.apiserver.allocate;

import io.hyaline.apiserver.store.Key;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/** Numbers from a range, each with at most one owner. */
final class Pool {
    private final int first;
    private final int last;
    private final Map<Integer, Key> owners = new ConcurrentHashMap<>();

    Pool(int first, int last) {
        this.first = first;
        this.last = last;
    }

    boolean contains(int number) {
        return number >= first && number <= last;
    }

    /** True when the number is, or has just become, the owner's. */
    boolean claim(int number, Key owner) {
        Key before = owners.putIfAbsent(number, owner);
        return before == null || before.equals(owner);
    }

    /** A free number, or -1 when there is none. */
    int any(Key owner) {
        int size = last - first + 1;
        int start = ThreadLocalRandom.current().nextInt(size);
        for (int i = 0; i < size; i++) {
            int number = first + (start + i) % size;
            if (owners.putIfAbsent(number, owner) == null) {
                return number;
            }
        }
        return -1;
    }

    void release(int number, Key owner) {
        owners.remove(number, owner);
    }
}
