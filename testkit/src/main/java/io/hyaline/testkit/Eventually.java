package io.hyaline.testkit;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;

/** Waiting for what has no event to wait for. */
public final class Eventually {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private Eventually() {}

    /** Waits until {@code condition} holds. */
    public static void holds(String what, Callable<Boolean> condition) {
        Awaitility.await(what).atMost(LIMIT).pollInterval(Duration.ofMillis(20)).until(condition);
    }

    /** Waits until {@code assertion} passes. */
    public static void passes(String what, ThrowingRunnable assertion) {
        Awaitility.await(what).atMost(LIMIT).pollInterval(Duration.ofMillis(20)).untilAsserted(assertion);
    }
}
