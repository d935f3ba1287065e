package io.hyaline.objects.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class KubeYamlTest {
    static Stream<Arguments> scalars() {
        return Stream.of(
                Arguments.of("on", true),
                Arguments.of("yes", true),
                Arguments.of("off", false),
                Arguments.of("012", 10),
                Arguments.of("0x1F", 31),
                Arguments.of("0o17", 15L),
                Arguments.of("1_000", 1000),
                Arguments.of("~", null),
                Arguments.of("", null),
                Arguments.of("2026-01-02", "2026-01-02"),
                Arguments.of("1:30", "1:30"),
                Arguments.of("1.5", 1.5),
                Arguments.of("\"1\"", "1"),
                Arguments.of("^1.*", "^1.*"),
                Arguments.of("10.96.0.1", "10.96.0.1"));
    }

    @ParameterizedTest
    @MethodSource("scalars")
    void readsScalarsAsKubectlDoes(String text, Object expected) {
        Map<?, ?> document =
                (Map<?, ?>) KubeYaml.documents("value: " + text + "\n").getFirst();
        assertThat(document.get("value")).isEqualTo(expected);
    }

    @Test
    void theLastOfTwoEqualKeysCounts() {
        assertThat(KubeYaml.documents("a: 1\na: 2\n")).isEqualTo(List.of(Map.of("a", 2)));
    }

    @Test
    void resolvesAliasesAndMergesToCopies() {
        assertThat(KubeYaml.documents("base: &b {x: 1}\nother: {<<: *b, y: 2}\n"))
                .isEqualTo(List.of(Map.of("base", Map.of("x", 1), "other", Map.of("x", 1, "y", 2))));
    }

    @Test
    void refusesAnAliasBomb() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 9; i++) {
            bomb.append("a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d]\n"
                    .formatted(i, i, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1));
        }
        assertThatThrownBy(() -> KubeYaml.documents(bomb.toString()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("more than");
    }

    @Test
    void namesTheDocumentThatIsBroken() {
        assertThatThrownBy(() -> KubeYaml.documents("a: 1\n---\nb: [1\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("document 2");
    }

    @Test
    void readsObjectsAndTakesListsApart() {
        var objects = KubeYaml.objects("""
                apiVersion: v1
                kind: List
                items:
                - {apiVersion: v1, kind: Service, metadata: {name: a}}
                ---
                # nothing
                ---
                apiVersion: networking.istio.io/v1alpha3
                kind: EnvoyFilter
                metadata: {name: b}
                """);
        assertThat(objects)
                .extracting(o -> o.getKind() + "/" + o.getMetadata().getName())
                .containsExactly("Service/a", "EnvoyFilter/b");
    }
}
