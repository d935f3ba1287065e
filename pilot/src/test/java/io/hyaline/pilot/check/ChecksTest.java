package io.hyaline.pilot.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.hyaline.pilot.fixture.Objects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tables of specs and what is said of them, a file for each kind: a spec in YAML flow form, then, each after a bar, what
 * is said; {@code !} is before an error, {@code ?} before a warning, and a text is the beginning of what is said.
 */
class ChecksTest {
    private static final Path TABLES = Path.of("src", "test", "checks");

    record Case(String kind, String spec, List<String> said) {
        @Override
        public String toString() {
            return kind + " " + spec;
        }
    }

    static Stream<Case> cases() throws IOException {
        try (Stream<Path> files = Files.list(TABLES)) {
            return files.sorted().toList().stream().flatMap(ChecksTest::cases);
        }
    }

    private static Stream<Case> cases(Path file) {
        try {
            String kind = file.getFileName().toString().replace(".txt", "");
            return Files.readString(file)
                    .replace("\\\n", "")
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split(" \\| ", -1))
                    .map(parts -> new Case(kind, parts[0], Arrays.asList(parts).subList(1, parts.length)));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everythingThatIsWrongIsNamed(Case one) {
        List<String> said = Checks.of(object(one.kind(), one.spec())).stream()
                .map(fault -> (fault.isError() ? "!" : "?") + fault.text())
                .toList();
        assertThat(said).hasSameSizeAs(one.said());
        for (int i = 0; i < said.size(); i++) {
            assertThat(said.get(i)).startsWith(one.said().get(i));
        }
    }

    @Test
    void otherGroupsAreNotLookedAt() {
        GenericKubernetesResource object = object("Gateway", "servers: 7");
        object.setApiVersion("gateway.networking.k8s.io/v1");
        assertThat(Checks.of(object)).isEmpty();
    }

    private static GenericKubernetesResource object(String kind, String spec) {
        String group = kind.endsWith("Authentication") || kind.endsWith("Policy") ? "security" : "networking";
        return (GenericKubernetesResource) Objects.one("""
                apiVersion: %s.istio.io/v1
                kind: %s
                metadata: {name: o, namespace: default}
                spec: {%s}
                """.formatted(group, kind, spec));
    }
}
