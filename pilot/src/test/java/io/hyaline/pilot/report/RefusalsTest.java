package io.hyaline.pilot.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.ObjectKey;
import io.hyaline.model.Reference;
import io.hyaline.pilot.fixture.Objects;
import io.hyaline.pilot.ingest.Snapshots;
import io.hyaline.pilot.serve.Complaint;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What proxies refuse stands in the status of the EnvoyFilter. */
class RefusalsTest {
    private static final ObjectKey FILTER = new ObjectKey("istio-system", "enable-xff-for-sidecar-inbound");
    private static final String TEXT = "listener virtualInbound is refused, as this EnvoyFilter patches it: no";
    private final MeshSnapshot mesh = Snapshots.of(Objects.SEED_FILTER);

    @Test
    void manyProxiesAreOneMessage() {
        List<Complaint> complaints = List.of(
                new Complaint(FILTER, "b.default", TEXT),
                new Complaint(FILTER, "a.default", TEXT),
                new Complaint(FILTER, "c.default", TEXT));
        Verdict verdict = Statuses.verdicts(mesh, complaints).get(new Reference("EnvoyFilter", FILTER));
        assertThat(verdict.findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.text())
                        .isEqualTo("[IST0106] SchemaValidationError: Schema validation error: at proxy a.default"
                                + " and 2 more, " + TEXT));
        assertThat(verdict.patch(null, "2026-11-30T00:00:00Z")).contains("\"status\":\"False\"");
    }

    @Test
    void nothingIsLeftOfItWhenAllHaveTakenALaterVersion() {
        Verdict verdict = Statuses.verdicts(mesh, List.of()).get(new Reference("EnvoyFilter", FILTER));
        assertThat(verdict.findings()).isEmpty();
    }

    @Test
    void aFilterThatIsGoneHasNoStatus() {
        assertThat(Statuses.verdicts(MeshSnapshot.EMPTY, List.of(new Complaint(FILTER, "a.default", TEXT))))
                .isEmpty();
    }
}
