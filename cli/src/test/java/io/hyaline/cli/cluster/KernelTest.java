package io.hyaline.cli.cluster;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hyaline.cli.cluster.Options.IpFamily;
import io.hyaline.cli.exit.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("netns")
class KernelTest {

    private static final Kernel.Feature ABSENT =
            new Kernel.Feature("a kind of link that no kernel has", "NONESUCH", "ip link add n0 type nonesuch");

    @TempDir
    private Path switches;

    @ParameterizedTest
    @EnumSource(IpFamily.class)
    void letsAClusterStartWhereEverythingIsThere(IpFamily family) {
        assertThatCode(() -> Kernel.require(Options.standard(family), switches)).doesNotThrowAnyException();
    }

    @Test
    void namesTheSwitchThatKeepsTheHostFromIpv6() throws Exception {
        Path off = switches.resolve("ipv6/conf/all/disable_ipv6");
        Files.createDirectories(off.getParent());
        Files.writeString(off, "1\n");
        assertThatCode(() -> Kernel.require(Options.standard(IpFamily.IPV4), switches))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> Kernel.require(Options.standard(IpFamily.DUAL), switches))
                .isInstanceOf(Failure.class)
                .hasMessageContaining(off.toString())
                .hasMessageContaining("sysctl -w net.ipv6.conf.all.disable_ipv6=0, or --ip-family ipv4");
    }

    @Test
    void namesWhatIsMissingAndNothingElse() {
        Kernel.Feature present = Kernel.NEEDED.getFirst();
        assertThatThrownBy(() -> Kernel.require(List.of(present, ABSENT)))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("a kind of link that no kernel has (CONFIG_NONESUCH)")
                .hasMessageContaining("modprobe")
                .hasMessageNotContaining(present.name());
    }
}
