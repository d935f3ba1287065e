package io.hyaline.proxy.hash;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class XxHashTest {

    /** The first from the specification, the others seen in cookies that an Envoy made of addresses. */
    @ParameterizedTest
    @CsvSource({
        "'', ef46db3751d8e999",
        "127.0.0.1:17555127.0.0.1:17001, a292f774041bc73d",
    })
    void equalsTheReference(String text, String hash) {
        assertThat(Long.toHexString(XxHash.of(text))).isEqualTo(hash);
    }
}
