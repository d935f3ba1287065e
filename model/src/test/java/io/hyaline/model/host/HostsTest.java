package io.hyaline.model.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostsTest {
    @ParameterizedTest
    @CsvSource({
        "a.example.com, a.example.com, true",
        "a.example.com, b.example.com, false",
        "a.example.com, *.example.com, true",
        "example.com, *.example.com, false",
        "a.example.com, *, true",
        "*, *, true",
        "*, *.example.com, false",
        "*.example.com, *, true",
        "*.a.example.com, *.example.com, true",
        "*.example.com, *.a.example.com, false",
        "*.example.com, a.example.com, false",
    })
    void isWithin(String host, String other, boolean expected) {
        assertThat(Hosts.isWithin(host, other)).isEqualTo(expected);
    }

    @Test
    void theMoreSpecificOfTwoIsServed() {
        assertThat(Hosts.intersection(List.of("*.example.com", "x.org"), List.of("a.example.com", "*")))
                .containsExactly("a.example.com", "*.example.com", "x.org");
        assertThat(Hosts.intersection(List.of("a.com"), List.of("b.com"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "httpbin, httpbin.default.svc.cluster.local",
        "httpbin.other, httpbin.other",
        "*, *",
        "::1, ::1",
    })
    void onlyNamesWithoutADotAreShort(String host, String qualified) {
        assertThat(Hosts.qualified(host, "default", "cluster.local")).isEqualTo(qualified);
    }
}
