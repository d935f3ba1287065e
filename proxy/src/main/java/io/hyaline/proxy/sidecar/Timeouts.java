package io.hyaline.proxy.sidecar;

import io.hyaline.proxy.warm.Need;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Initial-fetch timers: one for each need, from the moment it is named until it is named no more. */
final class Timeouts implements AutoCloseable {

    private final ScheduledExecutorService control;
    private final Runnable onExpiry;
    private final Map<Need, Future<?>> running = new HashMap<>();
    private final Set<Need> expired = new HashSet<>();

    Timeouts(ScheduledExecutorService control, Runnable onExpiry) {
        this.control = control;
        this.onExpiry = onExpiry;
    }

    /** Follows {@code needs}. */
    void follow(Set<Need> needs) {
        running.entrySet().removeIf(entry -> {
            boolean gone = !needs.contains(entry.getKey());
            if (gone) {
                entry.getValue().cancel(false);
            }
            return gone;
        });
        expired.retainAll(needs);
        for (Need need : needs) {
            if (!need.timeout().isZero() && !expired.contains(need) && !running.containsKey(need)) {
                running.put(
                        need,
                        control.schedule(() -> expire(need), need.timeout().toMillis(), TimeUnit.MILLISECONDS));
            }
        }
    }

    Set<Need> expired() {
        return Set.copyOf(expired);
    }

    private void expire(Need need) {
        running.remove(need);
        expired.add(need);
        onExpiry.run();
    }

    @Override
    public void close() {
        running.values().forEach(timer -> timer.cancel(false));
        running.clear();
    }
}
