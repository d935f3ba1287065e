package io.hyaline.apiserver.gc;

import io.hyaline.apiserver.resource.Catalog;
import io.hyaline.apiserver.store.Store;
import io.hyaline.apiserver.verb.Remover;
import io.hyaline.apiserver.verb.Writer;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the collector and the sweep of old events. */
public final class GarbageCollection implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GarbageCollection.class);
    /** Keeps a CustomResourceDefinition until its objects are gone. */
    public static final String DEFINITION_FINALIZER = Collector.DEFINITION_FINALIZER;

    private final Thread collector;
    private final ScheduledExecutorService sweeper;

    private GarbageCollection(Thread collector, ScheduledExecutorService sweeper) {
        this.collector = collector;
        this.sweeper = sweeper;
    }

    public static GarbageCollection start(
            Store store, Catalog catalog, Writer writer, Remover remover, InstantSource clock) {
        Hand hand = new Hand(store, catalog, writer, remover);
        Thread collector = Thread.ofVirtual().name("garbage-collector").unstarted(new Collector(store, hand));
        collector.setUncaughtExceptionHandler((_, e) -> LOG.error("garbage collection ended", e));
        collector.start();
        ScheduledExecutorService sweeper = Executors.newSingleThreadScheduledExecutor(
                Thread.ofVirtual().name("old-events").factory());
        sweeper.scheduleWithFixedDelay(new OldEvents(store, clock), 60, 60, TimeUnit.SECONDS);
        return new GarbageCollection(collector, sweeper);
    }

    @Override
    public void close() {
        collector.interrupt();
        sweeper.shutdownNow();
        try {
            collector.join(2000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
