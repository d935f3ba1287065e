package io.hyaline.proxy.subscribe;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BackoffTest {

    @Test
    void doublesUpToHalfAMinuteAndBeginsAnewAfterSuccess() {
        Backoff backoff = Backoff.ofEnvoy(() -> 1);
        List<Long> millis = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            millis.add(backoff.next().toMillis());
        }
        assertThat(millis).containsExactly(500L, 1000L, 2000L, 4000L, 8000L, 16000L, 30000L, 30000L, 30000L);
        for (int i = 0; i < 100; i++) {
            assertThat(backoff.next()).isEqualTo(Duration.ofSeconds(30));
        }
        backoff.reset();
        assertThat(backoff.next()).hasMillis(500);
    }

    @Test
    void takesARandomPart() {
        Backoff backoff = Backoff.ofEnvoy(() -> 0.25);
        assertThat(backoff.next()).hasMillis(125);
        assertThat(backoff.next()).hasMillis(250);
    }
}
