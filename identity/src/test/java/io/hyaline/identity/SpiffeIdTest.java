package io.hyaline.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpiffeIdTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "spiffe://cluster.local/ns/default/sa/httpbin",
                "spiffe://example.org",
                "spiffe://a_b-c.d/X/y.z/0_-",
                "spiffe://1/..."
            })
    void printsWhatItParsed(String uri) {
        assertThat(SpiffeId.parse(uri)).hasToString(uri);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://cluster.local/x | not a SPIFFE id",
                "SPIFFE://cluster.local/x | not a SPIFFE id",
                "'' | not a SPIFFE id",
                "spiffe:///ns/a | trust domain must have 1 to 255",
                "spiffe://Cluster.local/x | not 'C'",
                "spiffe://u@cluster.local/x | not '@'",
                "spiffe://cluster.local:80/x | not ':'",
                "spiffe://cluster.local/ | empty or relative segment",
                "spiffe://cluster.local/a/ | empty or relative segment",
                "spiffe://cluster.local/a//b | empty or relative segment",
                "spiffe://cluster.local/a/../b | empty or relative segment",
                "spiffe://cluster.local/a?b | not '?'",
                "spiffe://cluster.local/a#b | not '#'",
                "spiffe://cluster.local/a%20b | not '%'",
                "spiffe://cluster.local/ü | not 'ü'",
            })
    void refusesWhatTheStandardRefuses(String uri, String reason) {
        assertThatThrownBy(() -> SpiffeId.parse(uri))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void boundsTheWhole() {
        String fits = "spiffe://d/" + "a".repeat(2048 - 11);
        assertThat(SpiffeId.parse(fits).toString()).hasSize(2048);
        assertThatThrownBy(() -> SpiffeId.parse(fits + "a")).hasMessageContaining("longer than 2048");
        assertThat(SpiffeId.parse("spiffe://" + "d".repeat(255)).path()).isEmpty();
        assertThatThrownBy(() -> SpiffeId.parse("spiffe://" + "d".repeat(256))).hasMessageContaining("1 to 255");
    }

    @Test
    void namesServiceAccountsAsIstioDoes() {
        assertThat(SpiffeId.ofServiceAccount("cluster.local", "default", "httpbin"))
                .hasToString("spiffe://cluster.local/ns/default/sa/httpbin");
    }
}
