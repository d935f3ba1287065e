package io.hyaline.proxy.subscribe;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** A clock and scheduler that move only when told to; everything runs on the calling thread. */
public final class ManualTime extends AbstractExecutorService implements ScheduledExecutorService, InstantSource {

    private static final class Timer<V> extends FutureTask<V> implements ScheduledFuture<V> {

        private final Instant at;

        Timer(Callable<V> task, Instant at) {
            super(task);
            this.at = at;
        }

        @Override
        public long getDelay(TimeUnit unit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int compareTo(Delayed other) {
            throw new UnsupportedOperationException();
        }
    }

    private final PriorityQueue<Timer<?>> timers = new PriorityQueue<>(Comparator.comparing(timer -> timer.at));
    private Instant now;

    public ManualTime(Instant start) {
        now = start;
    }

    /** Lets {@code duration} pass, with everything that falls due in it. */
    public void pass(Duration duration) {
        Instant end = now.plus(duration);
        while (!timers.isEmpty() && !timers.peek().at.isAfter(end)) {
            Timer<?> next = timers.poll();
            now = next.at;
            next.run();
        }
        now = end;
    }

    /** How long until each timer that runs. */
    public List<Duration> pending() {
        List<Duration> result = new ArrayList<>();
        timers.stream()
                .filter(timer -> !timer.isCancelled())
                .forEach(timer -> result.add(Duration.between(now, timer.at)));
        return result;
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
        Timer<V> timer = new Timer<>(task, now.plus(Duration.of(delay, unit.toChronoUnit())));
        timers.add(timer);
        return timer;
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
        return schedule(Executors.callable(task), delay, unit);
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, long initial, long period, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long initial, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void execute(Runnable task) {
        task.run();
    }

    @Override
    public void shutdown() {}

    @Override
    public List<Runnable> shutdownNow() {
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return false;
    }

    @Override
    public boolean isTerminated() {
        return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return true;
    }
}
