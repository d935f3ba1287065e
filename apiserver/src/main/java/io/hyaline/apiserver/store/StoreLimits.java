package io.hyaline.apiserver.store;

/**
 * Bounds of the store.
 *
 * @param historyEvents changes kept per resource for watches that come back
 * @param historyBytes text kept per resource for the same
 * @param batch writes that share one commit
 * @param waitingWrites writes that may wait for the disk
 */
public record StoreLimits(int historyEvents, long historyBytes, int batch, int waitingWrites) {
    public static final StoreLimits DEFAULT = new StoreLimits(4096, 16L << 20, 256, 4096);
}
