package io.hyaline.capture.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.capture.plan.InterceptionPlan;
import io.hyaline.testkit.Golden;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One golden file per option; {@code src/test/golden/rules} is where to read what the rules are. */
final class RuleTextTest {

    static Stream<Arguments> options() {
        return Stream.of(
                one("redirect"),
                one("tproxy", "-m", "TPROXY"),
                one("ports", "-p", "16001", "-z", "16006", "-e", "16008"),
                one("owners", "-u", "1500,1501", "-g", "1600", "--profile=kubernetes"),
                one("owners-tproxy", "-m", "TPROXY", "-u", "1500", "-g", "1600", "--profile=kubernetes"),
                one("inbound-none", "-b", ""),
                one("inbound-none-tproxy", "-m", "TPROXY", "-b", ""),
                one("inbound-list", "-b", "80,8000"),
                one("inbound-list-tproxy", "-m", "TPROXY", "-b", "80,8000"),
                one("inbound-excluded", "-d", "22,9000"),
                one("inbound-excluded-tproxy", "-m", "TPROXY", "-d", "22,9000"),
                one("ranges", "-i", "10.96.0.0/16,fd00:96::/112"),
                one("ranges-none", "-i", ""),
                one("ranges-loopback", "-i", "127.1.2.3/32"),
                one("ranges-excluded", "-x", "192.168.0.0/16,fe80::/10"),
                one("outbound-ports", "-i", "10.96.0.0/16", "-q", "3306,5432"),
                one("outbound-excluded", "-o", "3306,5432"),
                one("virtual-interfaces", "-k", "vif0,tap+"),
                one("virtual-interfaces-ranges", "-k", "vif0", "-i", "10.0.0.0/8"),
                one("interfaces-excluded", "-c", "eth1,wg+"),
                one("interfaces-excluded-tproxy", "-m", "TPROXY", "-c", "eth1"),
                one("mark-and-table", "-m", "TPROXY", "-t", "4711", "-r", "42"),
                one("dns", "--redirect-dns"),
                one("dns-tproxy", "-m", "TPROXY", "--redirect-dns=true"),
                one("drop-invalid", "--drop-invalid"),
                one("loopback-range", "--outbound-ipv4-loopback-cidr=127.0.0.0/8"),
                one("groups", "--outbound-owner-groups=1000,2000"),
                one("groups-excluded", "--outbound-owner-groups-exclude=3000"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("options")
    void isWhatTheGoldenFileShows(String name, List<String> arguments) {
        String text = RuleText.of(InterceptionPlan.ofArguments(arguments));
        Golden.verify("rules", name + ".nft", "# " + String.join(" ", arguments) + "\n" + text);
    }

    @Test
    void everyGoldenFileHasItsOption() {
        assertThat(Golden.cases("rules", ".nft"))
                .containsExactlyElementsOf(options()
                        .map(option -> (String) option.get()[0])
                        .sorted()
                        .toList());
    }

    /** What injection writes, then the option under test; the last of two wins. */
    private static Arguments one(String name, String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("-m", "REDIRECT", "-i", "*", "-b", "*", "-d", "15090,15021,15020"));
        arguments.addAll(List.of(more));
        return Arguments.of(name, List.copyOf(arguments));
    }
}
