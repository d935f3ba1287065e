package io.hyaline.pilot.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.model.InterceptionMode;
import io.hyaline.model.ObjectKey;
import io.hyaline.model.Problem;
import io.hyaline.model.ProxyNode;
import io.hyaline.pilot.fixture.SeedMesh;
import io.hyaline.xds.server.ResourceStatus;
import io.hyaline.xds.server.ResourceStatus.State;
import io.hyaline.xds.server.ServedType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How long a refusal is held against an EnvoyFilter. */
class ComplaintsTest {
    private static final ProxyNode PROXY = SeedMesh.httpbin(InterceptionMode.REDIRECT);
    private static final ObjectKey ONE = new ObjectKey("istio-system", "one");
    private static final ObjectKey OTHER = new ObjectKey("default", "other");

    private final Complaints complaints = new Complaints();
    private List<ObjectKey> touching = List.of(ONE);

    private boolean look(State state, String version, String error) {
        return complaints.look(
                PROXY,
                List.of(
                        new ResourceStatus(ServedType.LISTENER, "virtualInbound", version, state, error),
                        new ResourceStatus(ServedType.LISTENER, "virtualOutbound", "1", State.ACKED, "")),
                List.of(),
                _ -> touching);
    }

    @Test
    void isSaidUntilALaterVersionIsTaken() {
        assertThat(look(State.SENT, "1", "")).isFalse();
        assertThat(look(State.NACKED, "1", "too fancy")).isTrue();
        assertThat(complaints.all())
                .containsExactly(new Complaint(
                        ONE,
                        PROXY.name(),
                        "listener virtualInbound is refused, as this EnvoyFilter patches it: too fancy"));
        assertThat(look(State.NACKED, "1", "too fancy")).as("nothing new").isFalse();
        assertThat(look(State.SENT, "2", "")).as("not answered yet").isFalse();
        assertThat(complaints.waiting()).isTrue();
        assertThat(look(State.ACKED, "2", "")).isTrue();
        assertThat(complaints.all()).isEmpty();
        assertThat(complaints.waiting()).isFalse();
    }

    @Test
    void isNotSaidOfAResourceThatIsGone() {
        look(State.NACKED, "1", "too fancy");
        assertThat(complaints.look(PROXY, List.of(), List.of(), _ -> touching)).isTrue();
        assertThat(complaints.all()).isEmpty();
    }

    @Test
    void namesAllThatMayBeToBlame() {
        touching = List.of(ONE, OTHER);
        look(State.NACKED, "1", "too fancy");
        assertThat(complaints.all()).extracting(Complaint::filter).containsExactly(OTHER, ONE);
        assertThat(complaints.all().getFirst().text())
                .isEqualTo("listener virtualInbound is refused, patched by several, of which any may be to blame "
                        + "(istio-system/one, default/other): too fancy");
    }

    @Test
    void saysNothingAgainstFiltersThatHaveNothingToDoWithIt() {
        touching = List.of();
        assertThat(look(State.NACKED, "1", "too fancy")).isFalse();
        assertThat(complaints.all()).isEmpty();
    }

    @Test
    void cutsWhatIsLong() {
        look(State.NACKED, "1", "x".repeat(10_000));
        assertThat(complaints.all().getFirst().text()).endsWith("xxx...").hasSizeLessThan(500);
    }

    @Test
    void alsoSaysWhichPatchesCouldNotBeApplied() {
        Problem ofFilter = new Problem("EnvoyFilter", ONE, "a MERGE was left out");
        Problem ofGateway = new Problem("Gateway", OTHER, "no secret");
        complaints.look(PROXY, List.of(), List.of(ofFilter, ofGateway), _ -> touching);
        assertThat(complaints.all()).containsExactly(new Complaint(ONE, PROXY.name(), "a MERGE was left out"));
    }
}
