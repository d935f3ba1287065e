package io.hyaline.apiserver.allocate;

import io.hyaline.apiserver.store.Key;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Things with a number, each with at most one owner. Only those that have an owner take memory. */
final class Pool<T> {
    private final long first;
    private final long last;
    private final LongFunction<T> at;
    private final Map<T, Key> owners = new ConcurrentHashMap<>();

    /**
     * @param first number of the first thing that is chosen by itself
     * @param last number of the last one; with less than {@code first}, nothing is ever chosen
     */
    Pool(long first, long last, LongFunction<T> at) {
        this.first = first;
        this.last = last;
        this.at = at;
    }

    /** True when the thing is, or has just become, the owner's. */
    boolean claim(T thing, Key owner) {
        Key before = owners.putIfAbsent(thing, owner);
        return before == null || before.equals(owner);
    }

    /** A free one, which is the owner's from now on, or null when there is none. */
    @Nullable
    T any(Key owner) {
        long size = last - first + 1;
        long start = size > 0 ? ThreadLocalRandom.current().nextLong(size) : 0;
        for (long i = 0; i < size; i++) {
            T thing = at.apply(first + (start + i) % size);
            if (owners.putIfAbsent(thing, owner) == null) {
                return thing;
            }
        }
        return null;
    }

    void release(T thing, Key owner) {
        owners.remove(thing, owner);
    }
}
