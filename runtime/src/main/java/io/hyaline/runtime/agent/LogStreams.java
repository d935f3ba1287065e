package io.hyaline.runtime.agent;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The one thread on which all logs are read, and its timer, which looks at followed files again. */
final class LogStreams implements AutoCloseable {

    static final int MAX_STREAMS = 256;
    private static final int PERIOD_MILLIS = 100;

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("agent-logs").daemon(true).factory());
    private final Set<LogStream> streams = ConcurrentHashMap.newKeySet();

    LogStreams() {
        var _ = thread.scheduleWithFixedDelay(
                () -> streams.forEach(LogStream::pump), PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** False when there are too many already. */
    boolean add(LogStream stream) {
        if (streams.size() >= MAX_STREAMS) {
            return false;
        }
        streams.add(stream);
        run(stream::pump);
        return true;
    }

    void remove(LogStream stream) {
        streams.remove(stream);
        run(stream::close);
    }

    void run(Runnable task) {
        if (!thread.isShutdown()) {
            thread.execute(task);
        }
    }

    @Override
    public void close() {
        thread.execute(() -> streams.forEach(LogStream::close));
        thread.shutdown();
    }
}
