package io.hyaline.runtime.controllers;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Handles keys one after another. A key that is asked for twice is handled once; one that fails comes back later. */
final class ControlLoop implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ControlLoop.class);
    private static final int CONFLICT = 409;
    private static final Duration FIRST_RETRY = Duration.ofMillis(50);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);

    /** One look at one object. */
    interface Step {

        /** Returns after how long to look again although nothing changes, or null. */
        @Nullable
        Duration run(Key key);
    }

    private final String name;
    private final Step step;
    private final ScheduledExecutorService timer;
    private final Set<Key> waiting = new LinkedHashSet<>();
    private final Map<Key, Integer> failures = new HashMap<>();
    private boolean closed;

    ControlLoop(String name, ScheduledExecutorService timer, Step step) {
        this.name = name;
        this.timer = timer;
        this.step = step;
    }

    void start() {
        Thread.ofVirtual().name(name).start(this::run);
    }

    synchronized void enqueue(Key key) {
        if (waiting.add(key)) {
            notifyAll();
        }
    }

    void enqueueAfter(Key key, Duration delay) {
        if (!timer.isShutdown()) {
            timer.schedule(() -> enqueue(key), delay.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private synchronized @Nullable Key take() throws InterruptedException {
        while (waiting.isEmpty() && !closed) {
            wait();
        }
        if (closed) {
            return null;
        }
        Iterator<Key> first = waiting.iterator();
        Key key = first.next();
        first.remove();
        return key;
    }

    private void run() {
        try {
            for (Key key = take(); key != null; key = take()) {
                handle(key);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void handle(Key key) {
        try {
            Duration again = step.run(key);
            failures.remove(key);
            if (again != null) {
                enqueueAfter(key, again);
            }
        } catch (RuntimeException e) {
            int count = failures.merge(key, 1, Integer::sum);
            boolean conflict = e instanceof KubernetesClientException c && c.getCode() == CONFLICT;
            if (conflict || closed) {
                log.debug("{} {}: {}; trying again", name, key, e.getMessage());
            } else {
                log.warn("{} {}: {}; trying again", name, key.inStore(), e.toString());
            }
            Duration delay = FIRST_RETRY.multipliedBy(1L << Math.min(count - 1, 12));
            enqueueAfter(key, delay.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : delay);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }
}
