package io.hyaline.apiserver.store;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A wish to change the store.
 *
 * @param expected revision that the object must have; 0 when it must not exist
 * @param object the new state, given away to the store; null deletes
 */
public record Write(Key key, long expected, @Nullable ObjectNode object) {

    /** What became of a write. */
    public sealed interface Result {
        record Done(Stored stored) implements Result {}

        record Exists() implements Result {}

        record Missing() implements Result {}

        /** The object has another revision than expected. */
        record Stale() implements Result {}
    }
}
