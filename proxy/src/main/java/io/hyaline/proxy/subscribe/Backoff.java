package io.hyaline.proxy.subscribe;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/** Envoy's jittered exponential back-off: a random part of a ceiling that doubles with each failure. */
public final class Backoff {

    private static final int MAX_DOUBLINGS = 20;

    private final long baseMillis;
    private final long maxMillis;
    private final DoubleSupplier random;
    private int failures;

    /** @param random from 0 to 1 */
    public Backoff(Duration base, Duration max, DoubleSupplier random) {
        this.baseMillis = base.toMillis();
        this.maxMillis = max.toMillis();
        this.random = random;
    }

    /** As Envoy reconnects to its management server: base 500 ms, at most 30 s. */
    public static Backoff ofEnvoy(DoubleSupplier random) {
        return new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30), random);
    }

    /** How long to wait after one more failure. */
    public Duration next() {
        long ceiling = Math.min(maxMillis, baseMillis << Math.min(failures, MAX_DOUBLINGS));
        failures++;
        return Duration.ofMillis((long) (ceiling * random.getAsDouble()));
    }

    public void reset() {
        failures = 0;
    }
}
