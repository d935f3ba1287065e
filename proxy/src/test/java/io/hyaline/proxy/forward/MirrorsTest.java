package io.hyaline.proxy.forward;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MirrorsTest {

    @ParameterizedTest
    @CsvSource({
        "example.test, example.test-shadow",
        "example.test:8080, example.test-shadow:8080",
        "127.0.0.1:80, 127.0.0.1-shadow:80",
        "[::1]:80, [::1]-shadow:80",
        "[::1], [::1]-shadow",
    })
    void theSuffixStandsBeforeThePort(String authority, String copy) {
        assertThat(Mirrors.copyOf(authority)).isEqualTo(copy);
    }
}
