package io.hyaline.runtime.images;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/** Which image name means what. Entries of the user come before those built in. */
public final class Catalogue {

    private static final Set<String> KEYS = Set.of(
            "names", "directory", "command", "args", "env", "workingDir", "user", "python", "packages", "programs");

    private final List<Image> images;

    private Catalogue(List<Image> images) {
        this.images = List.copyOf(images);
    }

    /** The entries of {@code userFile}, if it is there, and those built in. */
    public static Catalogue load(Path userFile) {
        List<Image> images = new ArrayList<>();
        try {
            if (Files.exists(userFile)) {
                images.addAll(parse(Files.readString(userFile), userFile.toString()));
            }
            try (InputStream builtIn = Catalogue.class.getResourceAsStream("images.yaml")) {
                if (builtIn == null) {
                    throw new IllegalStateException("images.yaml is not in the program's jar");
                }
                images.addAll(
                        parse(new String(builtIn.readAllBytes(), StandardCharsets.UTF_8), "built-in images.yaml"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + userFile, e);
        }
        return new Catalogue(images);
    }

    Optional<Image> find(String image) {
        ImageName name = ImageName.parse(image);
        return images.stream()
                .filter(i -> i.names().stream().anyMatch(name::matches))
                .findFirst();
    }

    List<Image> images() {
        return images;
    }

    static List<Image> parse(String yaml, String origin) {
        Object root;
        try {
            root = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
        } catch (YAMLException e) {
            throw new IllegalArgumentException(origin + ": not YAML: " + e.getMessage(), e);
        }
        if (!(root instanceof Map<?, ?> top) || !(top.get("images") instanceof List<?> list)) {
            throw new IllegalArgumentException(origin + ": expected 'images:' with a list below it");
        }
        List<Image> images = new ArrayList<>();
        for (Object entry : list) {
            if (!(entry instanceof Map<?, ?> fields)) {
                throw new IllegalArgumentException(origin + ": every entry of 'images' has fields such as 'names'");
            }
            images.add(image(fields, origin));
        }
        return images;
    }

    private static Image image(Map<?, ?> fields, String origin) {
        Set<Object> unknown = new HashSet<>(fields.keySet());
        unknown.removeAll(KEYS);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(
                    origin + ": unknown field " + unknown.iterator().next() + "; known are " + KEYS);
        }
        List<String> names = strings(fields.get("names"));
        if (names.isEmpty()) {
            throw new IllegalArgumentException(origin + ": an entry of 'images' has no 'names'");
        }
        Map<String, String> env = new HashMap<>();
        if (fields.get("env") instanceof Map<?, ?> given) {
            given.forEach((key, value) -> env.put(String.valueOf(key), String.valueOf(value)));
        }
        String plain = names.getFirst().replaceAll("[^A-Za-z0-9.-]+", "_");
        return new Image(
                names,
                string(fields.get("directory"), plain),
                strings(fields.get("command")),
                strings(fields.get("args")),
                env,
                string(fields.get("workingDir"), "/"),
                string(fields.get("user"), "0:0"),
                strings(fields.get("python")),
                strings(fields.get("packages")),
                strings(fields.get("programs")));
    }

    private static String string(@Nullable Object value, String otherwise) {
        return value == null ? otherwise : value.toString();
    }

    private static List<String> strings(@Nullable Object value) {
        return value instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of();
    }
}
