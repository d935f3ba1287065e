package io.hyaline.inject;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.testkit.Golden;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every manifest of {@code src/test/golden/inject} and what injection makes of it. */
final class InjectionGoldenTest {

    private static final String AREA = "inject";

    static Stream<String> manifests() {
        return Golden.cases(AREA, ".yaml").stream();
    }

    @ParameterizedTest
    @MethodSource("manifests")
    void manifestBecomesWhatTheGoldenFileShows(String name) {
        String injected = new Manifests(config(name)).inject(Golden.input(AREA, name + ".yaml"));

        Golden.verify(AREA, name + ".yaml.injected", injected);
    }

    @ParameterizedTest
    @MethodSource("manifests")
    void injectingTwiceIsInjectingOnce(String name) {
        Manifests manifests = new Manifests(config(name));
        String once = manifests.inject(Golden.input(AREA, name + ".yaml"));

        assertThat(manifests.inject(once)).isEqualTo(once);
    }

    @Test
    void theWebhooksEntriesAreAsTheGoldenFileShows() {
        Golden.verify("webhook", "configuration.yaml", WebhookConfiguration.manifest("default", "PEM\n"));
    }

    @Test
    void pullSecretsOfTheMeshReachThePod() {
        InjectionConfig config = new InjectionConfig(
                "default",
                "proxy:1",
                InjectionConfig.Mesh.DEFAULT,
                InjectionConfig.Sidecar.DEFAULT,
                true,
                List.of(),
                List.of(),
                List.of("registry"));

        String injected = new Manifests(config).inject(Golden.input(AREA, "hello.yaml"));

        assertThat(injected).contains("imagePullSecrets:\n      - name: registry");
    }

    private static InjectionConfig config(String name) {
        InjectionConfig.Sidecar sidecar = InjectionConfig.DEFAULT.sidecar();
        if (name.endsWith("-native")) {
            return InjectionConfig.DEFAULT.withSidecar(sidecar.withNativeSidecar(true));
        }
        if (name.endsWith("-istio")) {
            return InjectionConfig.DEFAULT.withSidecar(sidecar.withPrivileges(InjectionConfig.Privileges.ISTIO));
        }
        return InjectionConfig.DEFAULT;
    }
}
