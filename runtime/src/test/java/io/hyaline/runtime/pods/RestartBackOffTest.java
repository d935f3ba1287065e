package io.hyaline.runtime.pods;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RestartBackOffTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void theFirstRestartIsImmediateAndTheRestDoubleUpToFiveMinutes() {
        RestartBackOff backOff = RestartBackOff.NONE;
        List<Long> seconds = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            backOff = backOff.ended(START, START.plusSeconds(1));
            seconds.add(backOff.delay().toSeconds());
        }
        assertThat(seconds).containsExactly(0L, 10L, 20L, 40L, 80L, 160L, 300L, 300L);
    }

    @Test
    void aLongRunIsForgiven() {
        RestartBackOff backOff = new RestartBackOff(6).ended(START, START.plusSeconds(600));
        assertThat(backOff.delay()).isZero();
    }
}
