package io.hyaline.apiserver.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class IpTest {
    /** The texts on the right are those of Go's net.IP.String. */
    @ParameterizedTest
    @CsvSource({
        "10.96.0.1, IPv4, 10.96.0.1",
        "010.096.0.001, IPv4, 10.96.0.1",
        "0.0.0.0, IPv4, 0.0.0.0",
        "255.255.255.255, IPv4, 255.255.255.255",
        "fd00:10:96:0:0:0:0:1, IPv6, fd00:10:96::1",
        "FD00:0010:0096::0001, IPv6, fd00:10:96::1",
        "::, IPv6, ::",
        "::1, IPv6, ::1",
        "1::, IPv6, 1::",
        "2001:db8:0:1:1:1:1:1, IPv6, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, IPv6, 2001:0:0:1::1",
        "2001:db8:0:0:1:0:0:1, IPv6, 2001:db8::1:0:0:1",
        "1:2:3:4:5:6:0:0, IPv6, 1:2:3:4:5:6::",
        "::1.2.3.4, IPv6, ::102:304",
        "64:ff9b::192.0.2.33, IPv6, 64:ff9b::c000:221",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, IPv6, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        "::ffff:10.0.0.1, IPv4, 10.0.0.1",
    })
    void addressesAreWrittenAsGoWritesThem(String text, String family, String expected) {
        Ip address = Objects.requireNonNull(Ip.parse(text));
        assertThat(address.family()).hasToString(family);
        assertThat(address).hasToString(expected).isEqualTo(Ip.parse(expected));
        assertThat(Ip.of(address.inet())).isEqualTo(address);
    }

    @ParameterizedTest
    @CsvSource({
        "10.1",
        "10.0.0.256",
        "10.0.0.1.2",
        "a.b.c.d",
        "''",
        "fe80::1%eth0",
        "[::1]",
        ":::",
        "1::2::3",
        "12345::",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "10.0.0.1/8",
    })
    void otherTextsAreNone(String text) {
        assertThat(Ip.parse(text)).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "10.96.0.0/16, 10.96.0.0/16",
                "10.96.3.4/16, 10.96.0.0/16",
                "fd00:10:96::/112, fd00:10:96::/112",
                "fd00:10:96::1234:5678/112, fd00:10:96::1234:0/112",
                "FD00::/8, fd00::/8",
                "::/0, ::/0",
                "::ffff:10.96.0.0/112, 10.96.0.0/16",
                "10.96.0.0/33, -",
                "fd00::/129, -",
                "fd00::/, -",
                "fd00::, -",
                "fd00::/1.5, -",
            })
    void rangesBeginWhereTheirPrefixEnds(String text, String expected) {
        Range range = Range.parse(text);
        assertThat(range == null ? null : range.toString()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "10.96.0.0/16, 10.96.255.255, true",
        "10.96.0.0/16, 10.97.0.0, false",
        "fd00:10:96::/112, fd00:10:96::ffff, true",
        "fd00:10:96::/112, fd00:10:96::1:0, false",
        "::/0, 10.96.0.1, false",
        "0.0.0.0/0, ::1, false",
    })
    void rangesContain(String range, String address, boolean expected) {
        assertThat(Objects.requireNonNull(Range.parse(range)).contains(Objects.requireNonNull(Ip.parse(address))))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "10.96.0.0/16;10.97.0.0/16 | the service range '10.96.0.0/16,10.97.0.0/16' has two IPv4 ranges: give one range",
                "fd00::/108;fd01::/108 | has two IPv6 ranges: give one range",
                "10.96.0.0/16;fd00::/108;10.97.0.0/16 | has 3 parts: give one range",
                "10.96.0.0/16;nonsense | 'nonsense' is no range: give one range",
                "10.96.0.0 | '10.96.0.0' is no range",
                "10.96.0.0/30 | 10.96.0.0/30 has fewer than 8 addresses: take a shorter prefix",
            })
    void serviceRangesOfOtherShapesAreRefused(String ranges, String expected) {
        assertThatThrownBy(() -> ServiceRanges.of(List.of(ranges.split(";"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(expected);
    }
}
