package io.hyaline.pilot.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DebounceTest {
    private final Debounce debounce = new Debounce(Duration.ofMillis(100), Duration.ofSeconds(1));

    @Test
    void nothingIsDueWithoutAChange() {
        assertThat(debounce.dueIn(at(5))).isEqualTo(Debounce.NOTHING);
    }

    @Test
    void theFirstChangeCountsAtOnce() {
        debounce.changed(at(5));
        assertThat(debounce.dueIn(at(5))).isZero();
    }

    @Test
    void aChangeSoonAfterWaitsUntilItIsQuiet() {
        firedAt(0);
        debounce.changed(at(50));
        assertThat(debounce.dueIn(at(50))).isEqualTo(at(100));
        debounce.changed(at(120));
        assertThat(debounce.dueIn(at(120))).isEqualTo(at(100));
        assertThat(debounce.dueIn(at(220))).isZero();
    }

    @Test
    void endlessChangesWaitNoLongerThanTheBound() {
        firedAt(0);
        for (int t = 50; t <= 1040; t += 10) {
            debounce.changed(at(t));
        }
        assertThat(debounce.dueIn(at(1040))).isEqualTo(at(10));
        assertThat(debounce.dueIn(at(1050))).isZero();
    }

    @Test
    void aChangeAfterAPauseCountsAtOnceAgain() {
        firedAt(0);
        debounce.changed(at(100));
        assertThat(debounce.dueIn(at(100))).isZero();
    }

    private void firedAt(long millis) {
        debounce.changed(at(millis));
        debounce.fired(at(millis));
    }

    private static long at(long millis) {
        return Duration.ofMillis(millis).toNanos();
    }
}
