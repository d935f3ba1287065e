package io.hyaline.pilot.ingest;

import java.util.function.Consumer;

/** Where changes come from: informers, or a test. */
public interface Source extends AutoCloseable {
    /** Begins to tell changes, from any thread; {@link Change.Synced} once, after all that exists. */
    void start(Consumer<Change> sink);

    @Override
    void close();
}
