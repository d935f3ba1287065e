package io.hyaline.runtime.images;

import io.hyaline.linux.Command;
import io.hyaline.runtime.net.Ip;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Resolves image names, and installs what they stand for with the machine's own pip and apt. */
public final class Images {

    private static final Logger log = LoggerFactory.getLogger(Images.class);
    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final String PLACEHOLDER = "{image}";
    private static final String ANY = "{any}";
    private static final int INSTALL_TIMEOUT_SECONDS = 600;

    private final Path directory;
    private final Path userFile;
    private final Catalogue catalogue;
    private final String any;
    private final Map<String, Object> locks = new ConcurrentHashMap<>();

    private Images(Path directory, Path userFile, Ip family) {
        this.directory = directory;
        this.userFile = userFile;
        this.catalogue = Catalogue.load(userFile);
        this.any = family == Ip.V4 ? "0.0.0.0" : "[::]";
    }

    /** Images below {@code home}/images, with the user's catalogue {@code home}/images.yaml. */
    public static Images in(Path home) {
        return in(home, Ip.V4);
    }

    /** The same, for pods whose applications listen with {@code family}. */
    public static Images in(Path home, Ip family) {
        return new Images(home.resolve("images"), home.resolve("images.yaml"), family);
    }

    /** Where installed images lie; containers see it read-only at the same path. */
    public Path directory() {
        return directory;
    }

    /**
     * Finds an image and installs what it lacks.
     *
     * @throws ImageException when nothing is known under that name or it cannot be installed
     */
    public Image pull(String name) {
        Image image = find(name);
        synchronized (locks.computeIfAbsent(image.directory(), d -> new Object())) {
            install(image);
        }
        return resolved(image);
    }

    /** Whether {@link #pull} would have nothing to install. */
    public boolean present(String name) {
        Image image = find(name);
        return missingPrograms(image).isEmpty() && (image.python().isEmpty() || Files.exists(marker(image)));
    }

    /** Installs all of {@code names} ahead of their first use. */
    public void prepare(List<String> names) {
        names.forEach(this::pull);
    }

    private Image find(String name) {
        try {
            return catalogue
                    .find(name)
                    .orElseThrow(() -> new ImageException("no image \"" + name + "\" in the catalogue, and there is no"
                            + " registry to pull from; say in " + userFile + " what stands for it, for example:"
                            + " images: [{names: [\"" + name + "\"], command: [\"/usr/bin/program\"]}]"));
        } catch (IllegalArgumentException e) {
            throw new ImageException("InvalidImageName: " + e.getMessage());
        }
    }

    private Image resolved(Image image) {
        String own = directory.resolve(image.directory()).toString();
        Map<String, String> env = new LinkedHashMap<>();
        env.put("PATH", PATH);
        new HashMap<>(image.env()).forEach((key, value) -> env.put(key, value.replace(PLACEHOLDER, own)));
        return new Image(
                image.names(),
                image.directory(),
                image.entrypoint().stream()
                        .map(w -> w.replace(PLACEHOLDER, own))
                        .toList(),
                image.arguments().stream()
                        .map(w -> w.replace(PLACEHOLDER, own).replace(ANY, any))
                        .toList(),
                env,
                image.workingDirectory(),
                image.user(),
                image.python(),
                image.packages(),
                image.programs());
    }

    private void install(Image image) {
        List<String> missing = missingPrograms(image);
        if (!missing.isEmpty()) {
            List<String> apt = new ArrayList<>(List.of("apt-get", "install", "-y", "--no-install-recommends"));
            apt.addAll(image.packages());
            Command.Result result =
                    Command.of(apt).withTimeout(INSTALL_TIMEOUT_SECONDS).run();
            if (!missingPrograms(image).isEmpty()) {
                throw new ImageException("image " + image.names().getFirst() + " needs " + missing
                        + ", and apt-get could not install " + image.packages() + ": " + lastLine(result.output())
                        + "; install the package and the pod starts by itself");
            }
        }
        if (!image.python().isEmpty() && !Files.exists(marker(image))) {
            installPython(image);
        }
    }

    private void installPython(Image image) {
        Path own = directory.resolve(image.directory());
        log.info("installing {} into {}", image.python(), own);
        try {
            Files.createDirectories(own);
            Path venv = own.resolve("venv");
            run(image, List.of(python(), "-m", "venv", "--without-pip", "--clear", venv.toString()));
            List<String> pip = new ArrayList<>(
                    List.of("python3", "-m", "pip", "--python", venv + "/bin/python", "install", "--quiet"));
            pip.addAll(image.python());
            run(image, pip);
            Files.createFile(marker(image));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + own, e);
        }
    }

    private static void run(Image image, List<String> argv) {
        Command.Result result =
                Command.of(argv).withTimeout(INSTALL_TIMEOUT_SECONDS).run();
        if (result.exitCode() != 0) {
            throw new ImageException("image " + image.names().getFirst() + ": could not install " + image.python()
                    + ": '" + String.join(" ", argv) + "' said: " + lastLine(result.output())
                    + "; check pip's configuration (pip config list) and the network");
        }
    }

    /** The system's Python, since a person's own lies in a home directory that containers do not see. */
    private static String python() {
        return Files.isExecutable(Path.of("/usr/bin/python3")) ? "/usr/bin/python3" : "python3";
    }

    private Path marker(Image image) {
        return directory
                .resolve(image.directory())
                .resolve("installed-" + Integer.toHexString(image.python().hashCode()));
    }

    private static List<String> missingPrograms(Image image) {
        return image.programs().stream().filter(p -> findProgram(p) == null).toList();
    }

    private static @Nullable Path findProgram(String program) {
        for (String directory : PATH.split(":")) {
            Path file = Path.of(directory, program);
            if (Files.isExecutable(file)) {
                return file;
            }
        }
        return null;
    }

    private static String lastLine(String output) {
        return output.strip().lines().reduce("", (a, b) -> b);
    }
}
