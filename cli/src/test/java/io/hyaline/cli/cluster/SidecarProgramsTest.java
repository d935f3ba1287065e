package io.hyaline.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hyaline.cli.exit.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SidecarProgramsTest {

    @TempDir
    private Path installation;

    @Test
    void findsWhatDepsInstalled() throws IOException {
        Path binary = program(".venv/lib/python3.11/site-packages/envoy/_bin/envoy", "\177ELF...");
        assertThat(SidecarPrograms.envoy(Map.of(), installation)).isEqualTo(binary);
    }

    @Test
    void takesTheOneThatIsNamed() throws IOException {
        program(".venv/lib/python3.11/site-packages/envoy/_bin/envoy", "\177ELF...");
        Path own = program("own/envoy", "\177ELF...");
        assertThat(SidecarPrograms.envoy(Map.of(SidecarPrograms.ENVOY, own.toString()), installation))
                .isEqualTo(own);
    }

    @Test
    void refusesAScriptBecausePodsDoNotHaveItsInterpreter() throws IOException {
        Path script = program("own/envoy", "#!/usr/bin/python3\n");
        assertThatThrownBy(() -> SidecarPrograms.envoy(Map.of(SidecarPrograms.ENVOY, script.toString()), installation))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("HYALINE_ENVOY=" + script + " is not an executable program");
    }

    @Test
    void saysHowToGetOne() {
        assertThatThrownBy(() -> SidecarPrograms.envoy(Map.of(), installation))
                .isInstanceOf(Failure.class)
                .hasMessageContaining(installation.resolve(".venv").toString())
                .hasMessageContaining("run scripts/deps")
                .hasMessageContaining("HYALINE_ENVOY=/path/to/envoy");
    }

    private Path program(String path, String content) throws IOException {
        Path file = installation.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }
}
