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
        "203.0.113.7/32, 203.0.113.0/24, true"
    })
    void overlaps(String a, String b, boolean expected) {
        assertThat(Cidr.parse(a).overlaps(Cidr.parse(b))).isEqualTo(expected);
        assertThat(Cidr.parse(b).overlaps(Cidr.parse(a))).isEqualTo(expected);
    }

    @Test
    void nodesAndPodsHaveTheAddressesOfTheDocument() {
        AddressPlan plan = AddressPlan.DEFAULT;
        assertThat(plan.node(1)).isEqualTo("10.0.0.93");
        assertThat(plan.node(2)).isEqualTo("10.0.0.94");
        assertThat(plan.podRange(2)).hasToString("172.20.2.0/24");
        assertThat(plan.podGateway(2)).isEqualTo("172.20.2.1");
        assertThat(plan.dnsService()).isEqualTo("10.96.0.10");
    }

    @Test
    void overlappingOptionsAreNamed() {
        assertThatThrownBy(() -> new AddressPlan(
                        Cidr.parse("203.0.113.0/24"),
                        Cidr.parse("10.0.0.0/8"),
                        Cidr.parse("172.20.0.0/16"),
                        Cidr.parse("10.96.0.0/16")))
                .hasMessageContaining("--node-range 10.0.0.0/8 and --service-range 10.96.0.0/16 overlap");
    }

    @Test
    void aRangeOfTheHostIsRefusedWithTheOption() {
        List<Cidr> host = HostRanges.parse("""
                default via 192.0.2.1 dev eth0
                203.0.113.0/25 dev eth1 proto kernel scope link src 203.0.113.5
                local 127.0.0.1 dev lo table local proto kernel scope host src 127.0.0.1
                broadcast 192.0.2.255 dev eth0 table local proto kernel scope link src 192.0.2.2
                """);
        assertThat(host).hasSize(3);
        assertThat(AddressPlan.DEFAULT.conflicts(host))
                .singleElement()
                .asString()
                .contains("203.0.113.0/25")
                .contains("--outside-range");
    }

    @Test
    void badRangesAreExplained() {
        assertThatThrownBy(() -> Cidr.parse("10.0.0.1")).hasMessageContaining("write address/prefix");
        assertThatThrownBy(() -> Cidr.parse("10.0.0.x/24")).hasMessageContaining("write address/prefix");
        assertThatThrownBy(() -> Cidr.parse("10.0.0.0/40")).hasMessageContaining("not between 0 and 32");
    }

    @Test
    void addressesAreUsedAgainAsLateAsPossible() {
        AddressPool pool = new AddressPool(Cidr.parse("10.1.0.0/29"));
        String first = pool.take();
        pool.release(first);
        assertThat(List.of(first, pool.take(), pool.take(), pool.take(), pool.take(), pool.take()))
                .containsExactly("10.1.0.2", "10.1.0.3", "10.1.0.4", "10.1.0.5", "10.1.0.6", "10.1.0.2");
        assertThatThrownBy(pool::take).hasMessageContaining("add a node with --nodes");
    }
}
