package io.hyaline.it.differential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * Every case against Envoy and Hyaline, and against two Envoys, which proves that the harness masks what it must. One case
 * alone: {@code -Dcase=framing/chunked} (a part of the name is enough).
 */
@Tag("cluster")
final class DifferentialTest {

    private static final Path CASES = Product.ROOT.resolve("it/src/test/differential");
    private static final Path DIRECTORY = Product.ROOT.resolve("it/target/differential");

    private static final Report REPORT = new Report();
    private static Theatre theatre;

    @BeforeAll
    static void open() throws IOException {
        theatre = new Theatre(DIRECTORY);
    }

    @AfterAll
    static void close() throws IOException {
        theatre.close();
        Files.writeString(DIRECTORY.resolve("report.txt"), REPORT.toString());
        System.out.println(REPORT);
        assertThat(theatre.outputs(Product.HYALINE))
                .as("what Hyaline wrote besides its logs: no leak, no exception that nobody expected")
                .noneMatch(line -> line.contains("LEAK") || line.contains("Exception"));
    }

    @TestFactory
    Stream<DynamicTest> envoyAgreesWithItself() throws IOException {
        return cases().stream()
                .map(c -> DynamicTest.dynamicTest(c.name(), () -> {
                    Transcript oracle = theatre.oracle(c);
                    assertThat(oracle.stuck())
                            .as("the script waits for something that Envoy never does:\n" + oracle)
                            .isFalse();
                    String wrong = new Report().judge(withoutDifferences(c), oracle, theatre.play(c, Product.ENVOY));
                    if (!wrong.isEmpty()) {
                        fail("two Envoys differ in " + c.name() + "\n" + wrong);
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> hyalineAgreesWithEnvoy() throws IOException {
        return cases().stream()
                .map(c -> DynamicTest.dynamicTest(c.name(), () -> {
                    String wrong = REPORT.judge(c, theatre.oracle(c), theatre.play(c, Product.HYALINE));
                    if (!wrong.isEmpty()) {
                        fail(c.name() + ": " + c.description() + "\n" + wrong);
                    }
                }));
    }

    private static Case withoutDifferences(Case c) {
        return new Case(
                c.name(), c.description(), c.bootstrap(), c.listener(), c.client(), c.upstreams(), List.of(), c.text());
    }

    private static List<Case> cases() throws IOException {
        String wanted = System.getProperty("case", "");
        return CaseFile.all(CASES).stream()
                .filter(c -> c.name().contains(wanted))
                .toList();
    }
}
