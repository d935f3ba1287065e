package io.hyaline.apiserver.gc;

import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.store.Store;
import io.hyaline.apiserver.store.Stored;
import io.hyaline.apiserver.store.Write;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Removes events an hour after they were last seen, and the oldest when there are too many. */
final class OldEvents implements Runnable {
    private static final Duration LIFE = Duration.ofHours(1);
    private static final int MAX_EVENTS = 10_000;

    private final Store store;
    private final InstantSource clock;

    OldEvents(Store store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    @Override
    public void run() {
        Instant limit = clock.instant().minus(LIFE);
        List<Stored> events = new ArrayList<>(store.list("events", "").objects());
        events.sort(Comparator.comparingLong(Stored::revision));
        int surplus = events.size() - MAX_EVENTS;
        for (Stored event : events) {
            if (surplus-- > 0 || seen(event).isBefore(limit)) {
                store.write(new Write(event.key(), event.revision(), null)); // changed meanwhile: stays
            }
        }
    }

    private static Instant seen(Stored event) {
        for (String field : List.of("lastTimestamp", "eventTime")) {
            String time = Json.string(event.object(), field);
            try {
                if (!time.isEmpty()) {
                    return Instant.parse(time);
                }
            } catch (DateTimeParseException e) {
                return Instant.EPOCH; // an event whose time nobody can read is old
            }
        }
        String created = Json.string(event.object(), "metadata", "creationTimestamp");
        return created.isEmpty() ? Instant.EPOCH : Instant.parse(created);
    }
}
