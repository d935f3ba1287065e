package io.hyaline.proxy.instance;

import io.hyaline.proxy.stats.Counters;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The counters of listeners and filters by prefix; chains that share a prefix share counters, as in Envoy. */
final class StatRegistry {

    private final int loops;
    private final Map<String, Counters<?>> byPrefix = new ConcurrentHashMap<>();

    StatRegistry(int loops) {
        this.loops = loops;
    }

    @SuppressWarnings("unchecked") // a prefix is only ever used with one kind of counters
    <E extends Enum<E>> Counters<E> counters(String prefix, Class<E> names) {
        return (Counters<E>)
                byPrefix.computeIfAbsent(prefix + names.getSimpleName(), key -> new Counters<>(prefix, names, loops));
    }

    void read(Counters.Sink sink) {
        byPrefix.values().forEach(counters -> counters.read(sink));
    }
}
