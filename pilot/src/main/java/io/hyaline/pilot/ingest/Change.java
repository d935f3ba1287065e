package io.hyaline.pilot.ingest;

import io.fabric8.kubernetes.api.model.HasMetadata;

/** What happened in the cluster, as one event of the ingest queue. */
public sealed interface Change {
    /** An object appeared or changed. */
    record Put(HasMetadata object) implements Change {}

    /** An object is gone. */
    record Gone(HasMetadata object) implements Change {}

    /** Everything that existed at the start has been told. */
    record Synced() implements Change {}
}
