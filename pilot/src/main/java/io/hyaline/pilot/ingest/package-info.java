/**
 * From Kubernetes objects to snapshots: one file reads one kind, one thread owns the state.
 *
 * <p>An object that cannot be read is reported by name and left out; everything else applies.
 */
@NullMarked
package io.hyaline.pilot.ingest;

import org.jspecify.annotations.NullMarked;
