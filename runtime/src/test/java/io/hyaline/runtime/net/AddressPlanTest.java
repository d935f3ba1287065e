package io.hyaline.runtime.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressPlanTest {

    @Test
    void nodesAndPodsHaveTheAddressesOfTheDocument() {
        FamilyPlan plan = AddressPlan.DEFAULT.primary();
        assertThat(plan.node(1)).isEqualTo("10.0.0.93");
        assertThat(plan.node(2)).isEqualTo("10.0.0.94");
        assertThat(plan.podRange(2)).hasToString("172.20.2.0/24");
        assertThat(plan.podGateway(2)).isEqualTo("172.20.2.1");
        assertThat(plan.dnsService()).isEqualTo("10.96.0.10");
        assertThat(plan.balancerAddresses()).startsWith("203.0.113.80").endsWith("203.0.113.254");
    }

    @Test
    void theSamePlacesInIpv6() {
        FamilyPlan plan = AddressPlan.DEFAULT_V6.primary();
        assertThat(plan.hostAddress()).isEqualTo("2001:db8:113::1");
        assertThat(plan.node(1)).isEqualTo("fd00:10::5d");
        assertThat(plan.podRange(2)).hasToString("fd00:172:20:2::/64");
        assertThat(plan.podGateway(2)).isEqualTo("fd00:172:20:2::1");
        assertThat(plan.kubernetesService()).isEqualTo("fd00:10:96::1");
        assertThat(plan.dnsService()).isEqualTo("fd00:10:96::a");
        assertThat(plan.balancerAddresses()).startsWith("2001:db8:113::50").hasSizeLessThan(65_536);
    }

    @Test
    void aMachineHasTheSamePlaceInEachFamily() {
        assertThat(AddressPlan.DEFAULT.clients()).hasSize(76).startsWith(List.of("203.0.113.4"));
        assertThat(AddressPlan.DEFAULT_DUAL.clients())
                .hasSize(76)
                .contains(List.of("203.0.113.50", "2001:db8:113::32"));
        AddressPlan small = AddressPlan.parse(
                "203.0.113.0/28,2001:db8::/64",
                "10.0.0.0/24,fd01::/64",
                "172.20.0.0/16,fd02::/56",
                "10.96.0.0/16,fd03::/112");
        assertThat(small.clients()).hasSize(4).endsWith(List.of("203.0.113.7", "2001:db8::7"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "203.0.113.0/24|10.0.0.0/8|172.20.0.0/16|10.96.0.0/16"
                        + "|--node-range 10.0.0.0/8 and --service-range 10.96.0.0/16 overlap",
                "203.0.113.0/24|10.0.0.0/24,fd00:10::/64|172.20.0.0/16|10.96.0.0/16"
                        + "|--node-range 10.0.0.0/24,fd00:10::/64 has IPv4 and IPv6, --outside-range 203.0.113.0/24 has IPv4: all four",
                "203.0.113.0/24|fd00:10::/64|172.20.0.0/16|10.96.0.0/16|--ip-family ipv4, ipv6 or dual chooses",
                "203.0.113.0/24,2001:db8::/64|fd00:10::/64,10.0.0.0/24|172.20.0.0/16|10.96.0.0/16|the first of them first",
                "203.0.113.0/24,198.51.100.0/24|10.0.0.0/24|172.20.0.0/16|10.96.0.0/16"
                        + "|--outside-range: '203.0.113.0/24,198.51.100.0/24' is not one range, or two",
                "203.0.113.0/24|10.0.0.0/24,|172.20.0.0/16|10.96.0.0/16|--node-range: '' is not a range",
                "203.0.113.0/24|10.0.0.0/28|172.20.0.0/16|10.96.0.0/16"
                        + "|--node-range 10.0.0.0/28 has too few addresses; choose a prefix of /25 or shorter",
                "2001:db8::/64|fd00:10::/64|fd00:20::/64|fd00:30::/112"
                        + "|--pod-range fd00:20::/64 has too few addresses; choose a prefix of /63 or shorter",
            })
    void badOptionsAreNamedWithTheWayOut(String outside, String nodes, String pods, String services, String message) {
        assertThatThrownBy(() -> AddressPlan.parse(outside, nodes, pods, services))
                .hasMessageContaining(message);
    }

    @Test
    void theFirstRangeIsThePrimaryOne() {
        AddressPlan plan = AddressPlan.parse(
                "2001:db8::/64,203.0.113.0/24",
                "fd01::/64,10.0.0.0/24",
                "fd02::/56,172.20.0.0/16",
                "fd03::/112,10.96.0.0/16");
        assertThat(plan.primary().family()).isEqualTo(Ip.V6);
        assertThat(plan.option(FamilyPlan::outside)).isEqualTo("2001:db8::/64,203.0.113.0/24");
        assertThat(plan.each(f -> f.node(1))).containsExactly("fd01::5d", "10.0.0.93");
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
        List<Cidr> six = HostRanges.parse("""
                2001:db8:113::/48 dev eth1 proto kernel metric 256 pref medium
                fe80::/64 dev eth1 proto kernel metric 256 pref medium
                default via fe80::1 dev eth1 proto ra metric 1024 pref medium
                local ::1 dev lo table local proto kernel metric 0 pref medium
                multicast ff00::/8 dev eth1 table local proto kernel metric 256 pref medium
                """);
        assertThat(six).hasSize(4);
        assertThat(AddressPlan.DEFAULT.conflicts(six)).isEmpty();
        assertThat(AddressPlan.DEFAULT_DUAL.conflicts(six))
                .singleElement()
                .asString()
                .contains("2001:db8:113::/48");
    }
}
