package io.hyaline.runtime.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpansionTest {

    @ParameterizedTest
    @CsvSource({
        "$(A), alpha",
        "x$(A)y$(B), xalphayb$",
        "$(NONE), $(NONE)",
        "$$(A), $(A)",
        "$$$(A), $alpha",
        "$(A, $(A",
        "$, $",
        "$A, $A",
        "plain, plain"
    })
    void expands(String text, String expected) {
        assertThat(Expansion.expand(text, Map.of("A", "alpha", "B", "b$"))).isEqualTo(expected);
    }
}
