package io.hyaline.proxy.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AppMetricsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{\"scrape\":\"true\",\"path\":\"/m\",\"port\":\"9090\"}| 9090| /m",
                "{}| 80| /metrics",
                "{\"scrape\":\"\"}| 80| /metrics",
                "{\"port\":\"9090\"}| 9090| /metrics",
                "{\"path\":\"m\"}| 80| /m",
            })
    void whatIsMissingIsAsPrometheusHasIt(String text, int port, String path) {
        assertThat(AppMetrics.parse(text)).isEqualTo(new AppMetrics(port, path));
    }

    @Test
    void nothingIsScrapedUnlessWanted() {
        assertThat(AppMetrics.parse(null)).isNull();
        assertThat(AppMetrics.parse("")).isNull();
        assertThat(AppMetrics.parse("{\"scrape\":\"false\",\"port\":\"9090\"}")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "{", "{\"port\":\"http\"}", "{\"port\":\"0\"}", "{\"port\":\"15020\"}"})
    void whatCannotBeIsNamed(String text) {
        assertThatThrownBy(() -> AppMetrics.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(AppMetrics.VARIABLE);
    }
}
