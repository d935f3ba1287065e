package io.hyaline.runtime.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FollowingTest {

    private static final Instant T = Instant.parse("2026-11-23T12:00:00Z");
    private static final int PORT = 31000;
    private static final BalancedNode ONE = new BalancedNode("node-1", "10.0.0.93", 0x101);
    private static final BalancedNode TWO = new BalancedNode("node-2", "10.0.0.94", 0x102);

    private final Map<Target, NodeHealth> health = new HashMap<>();
    private Following state = Following.start();

    private void heard(BalancedNode node, int port, NodeHealth what) {
        health.put(new Target(node.address(), port), what);
    }

    private List<BalancedNode> step(int wanted, long seconds) {
        state = state.next(
                wanted, List.of(ONE, TWO), t -> health.getOrDefault(t, NodeHealth.UNKNOWN), T.plusSeconds(seconds));
        return state.nodes();
    }

    @Test
    void clusterGoesWhereverANodeIsUp() {
        assertThat(step(0, 0)).isEmpty();
        heard(ONE, 10256, NodeHealth.GOOD);
        heard(TWO, 10256, NodeHealth.SILENT);
        assertThat(step(0, 0)).containsExactly(ONE);
        assertThat(state.local()).isFalse();
        heard(ONE, 10256, NodeHealth.SILENT);
        assertThat(step(0, 1)).as("when all are silent, believe nothing").containsExactly(ONE);
        heard(ONE, 10256, NodeHealth.BAD);
        heard(TWO, 10256, NodeHealth.BAD);
        assertThat(step(0, 2)).isEmpty();
    }

    @Test
    void thereAndBackWithoutAGap() {
        heard(ONE, 10256, NodeHealth.GOOD);
        heard(TWO, 10256, NodeHealth.GOOD);
        assertThat(step(0, 0)).containsExactly(ONE, TWO);
        assertThat(step(PORT, 1)).as("nobody has been asked yet").containsExactly(ONE, TWO);
        assertThat(state.local()).isFalse();
        heard(ONE, PORT, NodeHealth.GOOD);
        assertThat(step(PORT, 1)).as("one has not been asked yet").containsExactly(ONE, TWO);
        heard(TWO, PORT, NodeHealth.BAD);
        assertThat(step(PORT, 1)).containsExactly(ONE);
        assertThat(state.local()).isTrue();

        assertThat(step(0, 2)).as("the rules have not changed yet").containsExactly(ONE);
        assertThat(state.local()).isFalse();
        heard(TWO, PORT, NodeHealth.SILENT);
        assertThat(step(0, 2)).containsExactly(ONE, TWO);
        heard(ONE, PORT, NodeHealth.SILENT);
        assertThat(step(0, 2)).containsExactly(ONE, TWO);
        assertThat(state).isEqualTo(new Following(0, Optional.empty(), List.of(ONE, TWO)));
    }

    @Test
    void aHealthPortThatStaysIsNotWaitedForForEver() {
        heard(ONE, 10256, NodeHealth.GOOD);
        heard(TWO, 10256, NodeHealth.GOOD);
        heard(ONE, PORT, NodeHealth.GOOD);
        heard(TWO, PORT, NodeHealth.BAD);
        assertThat(step(PORT, 0)).containsExactly(ONE);
        assertThat(state.local()).isTrue();
        assertThat(step(0, 1)).containsExactly(ONE);
        assertThat(step(0, 5)).containsExactly(ONE);
        assertThat(step(0, 6)).containsExactly(ONE, TWO);
    }

    @Test
    void localFollowsItsEndpoints() {
        heard(ONE, PORT, NodeHealth.GOOD);
        heard(TWO, PORT, NodeHealth.BAD);
        assertThat(step(PORT, 0)).containsExactly(ONE);
        heard(ONE, PORT, NodeHealth.BAD);
        heard(TWO, PORT, NodeHealth.GOOD);
        assertThat(step(PORT, 1)).containsExactly(TWO);
        heard(TWO, PORT, NodeHealth.BAD);
        assertThat(step(PORT, 2)).isEmpty();
        assertThat(state.local()).isTrue();
    }

    @Test
    void aHealthPortThatIsNotOpenYetIsNoAnswer() {
        heard(ONE, 10256, NodeHealth.GOOD);
        heard(TWO, 10256, NodeHealth.GOOD);
        assertThat(step(0, 0)).containsExactly(ONE, TWO);
        heard(ONE, PORT, NodeHealth.SILENT);
        heard(TWO, PORT, NodeHealth.SILENT);
        assertThat(step(PORT, 1)).containsExactly(ONE, TWO);
        heard(ONE, PORT, NodeHealth.GOOD);
        assertThat(step(PORT, 2)).containsExactly(ONE, TWO);
        assertThat(step(PORT, 3)).as("node-2 is dead, it seems").containsExactly(ONE);
        assertThat(state.local()).isTrue();
    }

    @Test
    void aChangeOfMindOnTheWay() {
        heard(ONE, 10256, NodeHealth.GOOD);
        heard(TWO, 10256, NodeHealth.GOOD);
        heard(ONE, PORT, NodeHealth.GOOD);
        heard(TWO, PORT, NodeHealth.BAD);
        assertThat(step(PORT, 0)).containsExactly(ONE);
        heard(ONE, PORT, NodeHealth.SILENT);
        assertThat(step(0, 1)).containsExactly(ONE);
        assertThat(step(PORT, 2))
                .as("closed by the way to Cluster, not open again")
                .containsExactly(ONE);
        assertThat(state.local()).isFalse();
        heard(ONE, PORT, NodeHealth.GOOD);
        assertThat(step(PORT, 3)).containsExactly(ONE);
        assertThat(state.local()).isTrue();
        assertThat(step(PORT + 1, 4)).as("another port").containsExactly(ONE);
        assertThat(step(0, 5)).containsExactly(ONE);
    }
}
