package io.hyaline.pilot.scope;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An object that is new (nothing before), gone (nothing after) or another than it was. */
record Changed<T>(@Nullable T before, @Nullable T after) {
    static <K, T> List<Changed<T>> between(Collection<T> before, Collection<T> after, Function<T, K> key) {
        Map<K, T> old = new HashMap<>();
        before.forEach(t -> old.put(key.apply(t), t));
        List<Changed<T>> all = new ArrayList<>();
        for (T now : after) {
            T was = old.remove(key.apply(now));
            if (!now.equals(was)) {
                all.add(new Changed<>(was, now));
            }
        }
        old.values().forEach(was -> all.add(new Changed<>(was, null)));
        return all;
    }

    boolean either(Predicate<T> holds) {
        return present().anyMatch(holds);
    }

    Stream<T> present() {
        return Stream.of(this).flatMap(c -> Stream.of(c.before, c.after)).filter(Objects::nonNull);
    }

    /** As whoever sees only some objects sees it. */
    Changed<T> among(Predicate<T> seen) {
        return new Changed<>(
                before != null && seen.test(before) ? before : null, after != null && seen.test(after) ? after : null);
    }

    /** Whether something that is looked at differs; what is not there differs from everything that is. */
    boolean differs(Function<T, Object> look) {
        return !Objects.equals(before == null ? null : look.apply(before), after == null ? null : look.apply(after));
    }
}
