package io.hyaline.it.generated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.google.protobuf.Message;
import io.hyaline.proxy.plan.PlanCompiler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the pilot tells, both proxies take: Hyaline's own, and a real Envoy. */
class GeneratedConfigTest {
    private static final Path ENVOY = Path.of("..", ".venv", "bin", "envoy");

    @TempDir
    Path directory;

    static List<Path> files() {
        return GoldenMessages.files();
    }

    @ParameterizedTest
    @MethodSource("files")
    void hyalinesProxyTakesIt(Path file) throws IOException {
        for (Message message : GoldenMessages.read(file).messages()) {
            assertThatCode(() -> PlanCompiler.check(message))
                    .as(file.toString())
                    .doesNotThrowAnyException();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void envoyTakesIt(Path file) throws Exception {
        GoldenMessages golden = GoldenMessages.read(file);
        Path bootstrap = directory.resolve("bootstrap.json");
        Files.writeString(bootstrap, StaticForm.of(golden.messages(), secrets(golden)));
        Path output = directory.resolve("output");
        Process envoy = new ProcessBuilder(
                        ENVOY.toString(), "--mode", "validate", "-c", bootstrap.toString(), "--log-level", "error")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(envoy.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(envoy.exitValue()).as(file + ": " + Files.readString(output)).isZero();
    }

    private String secrets(GoldenMessages golden) throws IOException, InterruptedException {
        Path key = directory.resolve("key.pem");
        Path certificate = directory.resolve("certificate.pem");
        Process openssl = new ProcessBuilder(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "ec",
                        "-pkeyopt",
                        "ec_paramgen_curve:prime256v1",
                        "-nodes",
                        "-subj",
                        "/CN=test",
                        "-days",
                        "2",
                        "-keyout",
                        key.toString(),
                        "-out",
                        certificate.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(openssl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(openssl.waitFor()).as(said).isZero();
        List<String> all = new ArrayList<>(List.of(pair("default", certificate, key), trusted("ROOTCA", certificate)));
        for (String name : golden.secrets()) {
            all.add(name.endsWith("-cacert") ? trusted(name, certificate) : pair(name, certificate, key));
        }
        return "[" + String.join(",", all) + "]";
    }

    private static String pair(String name, Path certificate, Path key) {
        return """
                {"name": "%s", "tls_certificate": {"certificate_chain": {"filename": "%s"}, "private_key": {"filename": "%s"}}}
                """.formatted(name, certificate, key);
    }

    private static String trusted(String name, Path certificate) {
        return """
                {"name": "%s", "validation_context": {"trusted_ca": {"filename": "%s"}}}
                """.formatted(name, certificate);
    }
}
