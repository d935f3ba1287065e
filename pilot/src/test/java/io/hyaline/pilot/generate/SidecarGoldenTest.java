package io.hyaline.pilot.generate;

import io.hyaline.model.InterceptionMode;
import io.hyaline.pilot.fixture.Objects;
import io.hyaline.pilot.fixture.SeedMesh;
import io.hyaline.pilot.ingest.Snapshots;
import io.hyaline.testkit.Golden;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the sidecar of sleep is told, whole, as text: one case a file of objects, beside it what comes of them. */
class SidecarGoldenTest {
    private static final String AREA = "sidecar";

    static List<String> cases() {
        return Golden.cases(AREA, ".yaml");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isToldWhatItsObjectsSay(String name) {
        Snapshots objects = new Snapshots().put(Objects.SEED_CLUSTER).put(Golden.input(AREA, name + ".yaml"));
        ProxyResources resources = Generate.resources(
                objects.snapshot(), SeedMesh.node("sleep", SeedMesh.SLEEP_IP, InterceptionMode.REDIRECT));
        StringBuilder text = new StringBuilder(GoldenTest.text(resources));
        objects.reports().forEach(p -> text.append("report ").append(p).append('\n'));
        resources.problems().forEach(p -> text.append("problem ").append(p).append('\n'));
        Golden.verify(AREA, name + ".txt", text.toString());
    }
}
