package io.hyaline.runtime.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.runtime.sidecar.GatewayRunner.Leave;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatewayRunnerTest {

    @ParameterizedTest
    @CsvSource({
        "0,    0, SERVE",
        "1999, 0, SERVE",
        "2000, 0, END",
        "2000, 3, SERVE",
        "5000, 3, CLOSE",
        "9000, 3, CLOSE",
        "9000, 0, END",
    })
    void aGatewayLeavesWhenNobodyCanComeAndNobodyIsLeft(long millis, int connections, Leave next) {
        assertThat(Leave.decide(Duration.ofMillis(millis), connections)).isEqualTo(next);
    }
}
