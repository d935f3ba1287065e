package io.hyaline.model;

import static io.hyaline.model.MtlsMode.DISABLE;
import static io.hyaline.model.MtlsMode.PERMISSIVE;
import static io.hyaline.model.MtlsMode.STRICT;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PeerAuthenticationTest {
    private static final Map<String, String> LABELS = Map.of("app", "httpbin");

    @Test
    void isPermissiveWithoutPolicies() {
        assertThat(effective(List.of()).of(80)).isEqualTo(PERMISSIVE);
    }

    @Test
    void theNamespaceOverridesTheRoot() {
        assertThat(effective(List.of(policy("istio-system", "a", 1, Map.of(), STRICT, Map.of())))
                        .mode())
                .isEqualTo(STRICT);
        assertThat(effective(List.of(
                                policy("istio-system", "a", 1, Map.of(), STRICT, Map.of()),
                                policy("default", "b", 2, Map.of(), DISABLE, Map.of())))
                        .mode())
                .isEqualTo(DISABLE);
    }

    @Test
    void aPolicyWithoutModeInherits() {
        var effective = effective(List.of(
                policy("istio-system", "a", 1, Map.of(), STRICT, Map.of()),
                policy("default", "b", 2, LABELS, null, Map.of(8000, PERMISSIVE))));
        assertThat(effective.mode()).isEqualTo(STRICT);
        assertThat(effective.of(8000)).isEqualTo(PERMISSIVE);
        assertThat(effective.of(9000)).isEqualTo(STRICT);
    }

    @Test
    void amongEqualsTheOldestCounts() {
        assertThat(effective(List.of(
                                policy("default", "young", 9, LABELS, DISABLE, Map.of()),
                                policy("default", "old", 1, LABELS, STRICT, Map.of())))
                        .mode())
                .isEqualTo(STRICT);
    }

    @Test
    void aSelectorOfAnotherNamespaceMeansNothing() {
        assertThat(effective(List.of(policy("other", "a", 1, LABELS, STRICT, Map.of())))
                        .mode())
                .isEqualTo(PERMISSIVE);
    }

    private static PeerAuthentication.Effective effective(List<PeerAuthentication> all) {
        return PeerAuthentication.effective(all, "istio-system", "default", LABELS);
    }

    private static PeerAuthentication policy(
            String namespace,
            String name,
            int age,
            Map<String, String> selector,
            MtlsMode mode,
            Map<Integer, MtlsMode> ports) {
        return new PeerAuthentication(
                new ObjectKey(namespace, name), Instant.ofEpochSecond(age), selector, mode, ports);
    }
}
