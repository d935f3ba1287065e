package io.hyaline.runtime.probes;

/**
 * Turns single tries into a state: it changes only after enough tries in a row agree.
 *
 * @param streak how many tries in a row ended as the last one
 */
record ProbeCount(boolean good, boolean lastTry, int streak) {

    /** Liveness holds until refuted; readiness and startup must be shown. */
    static ProbeCount startingAs(boolean good) {
        return new ProbeCount(good, good, 0);
    }

    ProbeCount after(boolean result, int successThreshold, int failureThreshold) {
        int now = result == lastTry ? streak + 1 : 1;
        boolean changes = now >= (result ? successThreshold : failureThreshold);
        return new ProbeCount(changes ? result : good, result, now);
    }

    /** Whether the last tries amount to a failure, also when the state was bad from the start. */
    boolean failed(int failureThreshold) {
        return !lastTry && streak >= failureThreshold;
    }
}
