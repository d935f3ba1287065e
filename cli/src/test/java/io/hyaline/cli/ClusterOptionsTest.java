package io.hyaline.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hyaline.cli.cluster.Options;
import io.hyaline.runtime.net.AddressPlan;
import io.hyaline.runtime.net.FamilyPlan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class ClusterOptionsTest {

    @Command
    private static final class Holder {
        @Mixin
        private ClusterOptions options = new ClusterOptions();
    }

    private static Options read(String arguments) {
        Holder holder = new Holder();
        CommandLine command = new CommandLine(holder).setCaseInsensitiveEnumValuesAllowed(true);
        command.parseArgs(arguments.isEmpty() ? new String[0] : arguments.split(" "));
        return holder.options.toOptions(command);
    }

    @Test
    void whoAsksForNothingHasIpv4() {
        assertThat(read("").addresses()).isEqualTo(AddressPlan.DEFAULT);
        assertThat(read("--ip-family ipv4").addresses()).isEqualTo(AddressPlan.DEFAULT);
    }

    @Test
    void theFamilyChoosesTheRangesThatAreNotGiven() {
        assertThat(read("--ip-family ipv6").addresses()).isEqualTo(AddressPlan.DEFAULT_V6);
        assertThat(read("--ip-family dual").addresses()).isEqualTo(AddressPlan.DEFAULT_DUAL);
        assertThat(read("--ip-family dual --outside-range 198.51.100.0/24,2001:db8:7::/64")
                        .addresses()
                        .option(FamilyPlan::outside))
                .isEqualTo("198.51.100.0/24,2001:db8:7::/64");
    }

    @Test
    void rangesAloneSayItToo() {
        Options options = read("--outside-range 2001:db8::/64,203.0.113.0/24 --node-range fd01::/64,10.0.0.0/24"
                + " --pod-range fd02::/56,172.20.0.0/16 --service-range fd03::/112,10.96.0.0/16");
        assertThat(options.addresses().primary().services()).hasToString("fd03::/112");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--outside-range 198.51.100.0/24,2001:db8::/64|--ip-family ipv4, ipv6 or dual chooses",
                "--ip-family dual --pod-range 172.21.0.0/16|--pod-range 172.21.0.0/16 has IPv4",
                "--pod-range nonsense|--pod-range: 'nonsense' is not a range",
                "--ip-family ipv6 --outside-range 203.0.113.0/24 --node-range 10.0.0.0/24 --pod-range 172.20.0.0/16"
                        + " --service-range 10.96.0.0/16|--ip-family ipv6 is not what the ranges have",
                "--ip-family both|--ip-family",
                "--nodes 21|--nodes takes 1 to 20"
            })
    void whatCannotBeIsNamed(String arguments, String message) {
        assertThatThrownBy(() -> read(arguments))
                .isInstanceOf(CommandLine.ParameterException.class)
                .hasMessageContaining(message);
    }
}
