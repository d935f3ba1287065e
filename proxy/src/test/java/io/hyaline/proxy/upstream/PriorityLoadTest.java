package io.hyaline.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PriorityLoadTest {

    /** Levels are {@code healthy/endpoints}; a result is the percentage, with {@code !} when the level panics. */
    @ParameterizedTest
    @CsvSource({
        "4/4, 50, 100",
        "2/4, 50, 100",
        "1/4, 50, 100!",
        "0/4, 50, 100!",
        "0/4, 0, 0",
        "0/0, 50, 0!",
        "4/4 4/4, 50, 100 0",
        "0/4 4/4, 50, 0 100",
        "2/4 4/4, 50, 70 30",
        "1/4 1/4, 50, 50! 50!",
        "1/4 1/4, 0, 50 50",
        "1/4 3/4, 50, 35 65",
        "0/3 0/1, 50, 75! 25!",
        "1/3 1/3 1/3, 0, 46 46 8",
        "1/10 1/10, 0, 50 50",
    })
    void followsEnvoysRule(String levels, int panicPercent, String expected) {
        List<PriorityLoad.Count> counts = Arrays.stream(levels.split(" "))
                .map(level -> level.split("/"))
                .map(level -> new PriorityLoad.Count(Integer.parseInt(level[1]), Integer.parseInt(level[0])))
                .toList();
        assertThat(PriorityLoad.decide(counts, 140, panicPercent))
                .extracting(load -> load.percent() + (load.panic() ? "!" : ""))
                .containsExactly(expected.split(" "));
    }
}
