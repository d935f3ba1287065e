package io.hyaline.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class ScheduleTest {

    @Test
    void connectionsTakeTurnsSoThatTheWholeIsEven() {
        Schedule schedule = Schedule.of(1000, 16, 0, 4);
        TreeSet<Long> due = new TreeSet<>();
        for (int connection = 0; connection < 16; connection++) {
            for (int request = 0; request < schedule.requestsOfAConnection(); request++) {
                due.add(schedule.due(connection, request));
            }
        }
        assertThat(due).hasSize(4000);
        assertThat(due.first()).isZero();
        assertThat(due.last()).isEqualTo(3_999_000_000L);
    }

    @Test
    void theSettlingRequestsAreSentButNotRecorded() {
        Schedule schedule = Schedule.of(100, 10, 0.5, 2);
        assertThat(schedule).isEqualTo(new Schedule(100, 10, 5, 20));
        assertThat(schedule.isRecorded(4)).isFalse();
        assertThat(schedule.isRecorded(5)).isTrue();
    }

    @Test
    void aRateThatDoesNotDivideASecondDoesNotDrift() {
        assertThat(new Schedule(3, 1, 0, 1).due(0, 300)).isEqualTo(100_000_000_000L);
    }

    @Test
    void nothingToSendIsRefused() {
        assertThatThrownBy(() -> Schedule.of(0, 16, 0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Schedule.of(10, 16, 0, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
