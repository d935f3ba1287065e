package io.hyaline.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class PercentilesTest {

    @Test
    void nearestRankWhateverTheOrder() {
        Percentiles all =
                new Percentiles(LongStream.iterate(100, value -> value - 1).limit(100));
        assertThat(all.count()).isEqualTo(100);
        assertThat(all.at(50)).isEqualTo(50);
        assertThat(all.at(99)).isEqualTo(99);
        assertThat(all.at(99.9)).isEqualTo(100);
        assertThat(all.at(100)).isEqualTo(100);
        assertThat(all.at(0)).isEqualTo(1);
    }

    @Test
    void oneValueIsEveryPercentile() {
        assertThat(new Percentiles(LongStream.of(7)).at(50)).isEqualTo(7);
    }

    @Test
    void nothingMeasuredIsZero() {
        assertThat(new Percentiles(LongStream.empty()).at(99)).isZero();
    }
}
