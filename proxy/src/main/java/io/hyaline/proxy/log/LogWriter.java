package io.hyaline.proxy.log;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread of the process that writes access logs. What does not fit its queue is dropped and counted, never waited for. */
public final class LogWriter implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);
    private static final int MAX_BATCHES = 1024;

    @SuppressWarnings("ArrayRecordComponent") // a message that nobody compares
    private record Batch(LogOutput output, String path, byte[] bytes, int length) {}

    private final BlockingQueue<Batch> queue = new ArrayBlockingQueue<>(MAX_BATCHES);
    private final AtomicLong dropped = new AtomicLong();
    private final Thread thread;

    public LogWriter() {
        thread = Thread.ofPlatform().name("access-log").daemon(true).unstarted(this::run);
        thread.start();
    }

    /** Takes over {@code bytes}. */
    void submit(LogOutput output, String path, byte[] bytes, int length) {
        if (!queue.offer(new Batch(output, path, bytes, length))) {
            dropped.incrementAndGet();
        }
    }

    /** Batches that were lost because the output was too slow. */
    public long droppedBatches() {
        return dropped.get();
    }

    private void run() {
        List<Batch> batches = new ArrayList<>();
        try {
            while (true) {
                batches.add(queue.take());
                queue.drainTo(batches);
                for (Batch batch : batches) {
                    write(batch);
                }
                batches.clear();
            }
        } catch (InterruptedException e) {
            queue.drainTo(batches);
            batches.forEach(LogWriter::write);
        }
    }

    private static void write(Batch batch) {
        try {
            batch.output().write(batch.path(), batch.bytes(), 0, batch.length());
        } catch (RuntimeException e) {
            LOG.warn("cannot write the access log {}: {}", batch.path(), e.getMessage());
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(2000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
