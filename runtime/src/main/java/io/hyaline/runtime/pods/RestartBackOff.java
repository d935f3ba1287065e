package io.hyaline.runtime.pods;

import java.time.Duration;
import java.time.Instant;

/**
 * How long a container waits before it is started again: not at all the first time, then 10 s, doubling up to 5 min. A run
 * of 10 min or more makes it all start anew.
 *
 * @param failures how many times in a row it has ended early
 */
record RestartBackOff(int failures) {

    static final RestartBackOff NONE = new RestartBackOff(0);

    private static final Duration FIRST = Duration.ofSeconds(10);
    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final Duration FORGIVEN_AFTER = Duration.ofMinutes(10);

    RestartBackOff ended(Instant started, Instant finished) {
        boolean lasted = Duration.between(started, finished).compareTo(FORGIVEN_AFTER) >= 0;
        return new RestartBackOff(lasted ? 1 : failures + 1);
    }

    Duration delay() {
        if (failures <= 1) {
            return Duration.ZERO;
        }
        Duration delay = FIRST.multipliedBy(1L << Math.min(failures - 2, 10));
        return delay.compareTo(LONGEST) > 0 ? LONGEST : delay;
    }
}
