package io.hyaline.runtime.services;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.runtime.net.Ip;
import java.util.List;
import org.junit.jupiter.api.Test;

class SourceRangesTest {

    @Test
    void whatAnotherCoversIsLeftOut() {
        assertThat(SourceRanges.of(
                        Ip.V4, List.of("10.0.0.0/8", " 10.1.0.0/16", "192.0.2.1/32", "10.0.0.0/8", "192.0.2.0/24")))
                .containsExactly("10.0.0.0/8", "192.0.2.0/24");
        assertThat(SourceRanges.of(Ip.V4, List.of("0.0.0.0/0", "10.1.0.0/16"))).containsExactly("0.0.0.0/0");
    }

    @Test
    void eachFamilyHasItsOwn() {
        List<String> both = List.of("2001:db8::/32", "192.0.2.0/24", "2001:db8:1::/48");
        assertThat(SourceRanges.of(Ip.V4, both)).containsExactly("192.0.2.0/24");
        assertThat(SourceRanges.of(Ip.V6, both)).containsExactly("2001:db8::/32");
    }

    @Test
    void whatIsNoRangeNeverReachesTheKernel() {
        assertThat(SourceRanges.of(
                        Ip.V4, List.of("192.0.2.0", "192.0.2.0/33", "192.0.2.0/-1", "a/8", "}/8", "1.2.3.4/8; drop")))
                .isEmpty();
        assertThat(SourceRanges.wellFormed("192.0.2.0/33")).isFalse();
        assertThat(SourceRanges.wellFormed("2001:db8::/32")).isTrue();
    }
}
