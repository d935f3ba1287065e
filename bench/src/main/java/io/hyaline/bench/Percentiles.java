package io.hyaline.bench;

import java.util.stream.LongStream;

/** Exact percentiles (nearest rank) of measured nanoseconds. */
final class Percentiles {

    private final long[] sorted;

    Percentiles(LongStream measured) {
        sorted = measured.sorted().toArray();
    }

    int count() {
        return sorted.length;
    }

    /** The smallest value that at least {@code percent} of all values do not exceed; 0 when nothing was measured. */
    long at(double percent) {
        if (sorted.length == 0) {
            return 0;
        }
        int rank = (int) Math.ceil(percent / 100 * sorted.length);
        return sorted[Math.max(1, Math.min(sorted.length, rank)) - 1];
    }
}
