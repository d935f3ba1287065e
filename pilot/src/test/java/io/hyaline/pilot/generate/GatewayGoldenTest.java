package io.hyaline.pilot.generate;

import io.hyaline.pilot.fixture.Certificates;
import io.hyaline.pilot.fixture.GatewayMesh;
import io.hyaline.testkit.Golden;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a gateway is told, whole, as text: one case a file of objects, beside it what comes of them. */
class GatewayGoldenTest {
    private static final String AREA = "gateway";

    static List<String> cases() {
        return Golden.cases(AREA, ".yaml");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isToldWhatItsObjectsSay(String name) {
        GatewayMesh mesh = new GatewayMesh().secret("myexample-credential").put(Golden.input(AREA, name + ".yaml"));
        mesh.objects()
                .put(Certificates.secret(
                        "istio-system",
                        "mutual-cacert",
                        "Opaque",
                        java.util.Map.of("cacert", Certificates.of("ca").certificate())))
                .put(Certificates.of("mutual").secret("istio-system", "mutual"));
        ProxyResources resources = Generate.resources(mesh.snapshot(), GatewayMesh.gateway());
        StringBuilder text = new StringBuilder(GoldenTest.text(resources));
        resources
                .secrets()
                .keySet()
                .forEach(s -> text.append("secret ").append(s).append('\n'));
        mesh.objects().reports().forEach(p -> text.append("report ").append(p).append('\n'));
        resources.problems().forEach(p -> text.append("problem ").append(p).append('\n'));
        Golden.verify(AREA, name + ".txt", text.toString());
    }
}
