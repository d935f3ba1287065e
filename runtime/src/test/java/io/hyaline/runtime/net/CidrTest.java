package io.hyaline.runtime.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CidrTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/24, 10.0.0.128/25, true",
        "10.0.0.0/24, 10.0.1.0/24, false",
        "0.0.0.0/0, 192.0.2.0/24, true",
        "203.0.113.7/32, 203.0.113.0/24, true",
        "fd00:10::/64, fd00:10:0:0:8000::/65, true",
        "fd00:10::/64, fd00:10:0:1::/64, false",
        "::/0, 2001:db8::/32, true",
        "::/0, 192.0.2.0/24, false",
        "0.0.0.0/0, 2001:db8::/32, false"
    })
    void overlaps(String a, String b, boolean expected) {
        assertThat(Cidr.parse(a).overlaps(Cidr.parse(b))).isEqualTo(expected);
        assertThat(Cidr.parse(b).overlaps(Cidr.parse(a))).isEqualTo(expected);
    }

    /** As RFC 5952 and Go's netip write them. */
    @ParameterizedTest
    @CsvSource({
        "10.1.2.3/16, 10.1.0.0/16",
        "255.255.255.255/32, 255.255.255.255/32",
        "FD00:0010:0000:0000:0000:0000:0000:005D/64, fd00:10::/64",
        "::/0, ::/0",
        "::1/128, ::1/128",
        "2001:db8::/128, 2001:db8::/128",
        "1:0:2:3:4:5:6:7/128, 1:0:2:3:4:5:6:7/128",
        "1:0:0:2:0:0:0:3/128, 1:0:0:2::3/128",
        "1:0:0:2:0:0:3:4/128, 1::2:0:0:3:4/128",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128"
    })
    void texts(String written, String usual) {
        assertThat(Cidr.parse(written)).hasToString(usual);
    }

    @ParameterizedTest
    @CsvSource({
        "203.0.113.0/24, 80, 203.0.113.80",
        "203.0.113.0/24, 255, 203.0.113.255",
        "2001:db8:113::/64, 80, 2001:db8:113::50",
        "fd00:10::/64, 93, fd00:10::5d",
        "fd00:10:96::/112, 65535, fd00:10:96::ffff"
    })
    void addresses(String range, int offset, String expected) {
        assertThat(Cidr.parse(range).address(offset)).isEqualTo(expected);
        assertThat(Cidr.parse(range).contains(expected)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "172.20.0.0/16, 2, 24, 172.20.2.0/24",
        "fd00:172:20::/56, 2, 64, fd00:172:20:2::/64",
        "fd00:172:20::/56, 255, 64, fd00:172:20:ff::/64"
    })
    void parts(String range, int index, int bits, String expected) {
        assertThat(Cidr.parse(range).part(index, bits)).hasToString(expected);
    }

    @Test
    void whatIsOutsideIsRefused() {
        assertThatThrownBy(() -> Cidr.parse("10.0.0.0/24").address(256)).hasMessageContaining("no address number 256");
        assertThatThrownBy(() -> Cidr.parse("fd00:10:96::/112").address(65536)).hasMessageContaining("65536");
        assertThatThrownBy(() -> Cidr.parse("fd00:172:20::/56").part(256, 64))
                .hasMessageContaining("no part number 256");
        assertThat(Cidr.parse("10.0.0.0/24").contains("::ffff:10.0.0.1")).isFalse();
    }

    @Test
    void badRangesAreExplained() {
        for (String bad :
                List.of("10.0.0.1", "10.0.0.x/24", "10.1/16", "fd00::g/64", "fd00::1%eth0/64", "/8", "fd00::")) {
            assertThatThrownBy(() -> Cidr.parse(bad)).as(bad).hasMessageContaining("write address/prefix");
        }
        assertThatThrownBy(() -> Cidr.parse("10.0.0.0/40")).hasMessageContaining("not between 0 and 32");
        assertThatThrownBy(() -> Cidr.parse("fd00::/129")).hasMessageContaining("not between 0 and 128");
    }

    @Test
    void addressesAreUsedAgainAsLateAsPossible() {
        AddressPool pool = new AddressPool(List.of(Cidr.parse("10.1.0.0/29"), Cidr.parse("fd00::/64")));
        List<String> first = pool.take();
        assertThat(first).containsExactly("10.1.0.2", "fd00::2");
        pool.release(first);
        assertThat(List.of(pool.take(), pool.take(), pool.take(), pool.take(), pool.take()))
                .extracting(List::getLast)
                .containsExactly("fd00::3", "fd00::4", "fd00::5", "fd00::6", "fd00::2");
        assertThatThrownBy(pool::take).hasMessageContaining("add a node with --nodes");
    }
}
