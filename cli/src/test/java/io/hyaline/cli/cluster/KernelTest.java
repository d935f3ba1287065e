package io.hyaline.cli.cluster;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hyaline.cli.exit.Failure;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("netns")
class KernelTest {

    private static final Kernel.Feature ABSENT =
            new Kernel.Feature("a kind of link that no kernel has", "NONESUCH", "ip link add n0 type nonesuch");

    @Test
    void letsAClusterStartWhereEverythingIsThere() {
        assertThatCode(() -> Kernel.require(Kernel.NEEDED)).doesNotThrowAnyException();
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
