package io.hyaline.it.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ImportTree;
import io.hyaline.it.tidy.Sources.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The arrows between modules are those of layers.txt, and packages of one module do not import each other in circles. */
final class LayersTest {

    private static final Pattern OWN_DEPENDENCY = Pattern.compile("<artifactId>hyaline-([a-z]+)</artifactId>");

    @Test
    void modulesDependOnlyOnWhatLayersTxtAllows() throws IOException {
        List<String> findings = new ArrayList<>();
        for (var allowed : layers().entrySet()) {
            String pom = Files.readString(Sources.ROOT.resolve(allowed.getKey()).resolve("pom.xml"));
            Matcher m = OWN_DEPENDENCY.matcher(pom);
            while (m.find()) {
                String target = m.group(1);
                if (!target.equals(allowed.getKey())
                        && !target.equals("testkit")
                        && !allowed.getValue().contains(target)) {
                    String scope = pom.substring(m.end(), Math.min(pom.length(), m.end() + 90));
                    if (!scope.contains("<scope>test</scope>")) {
                        findings.add(allowed.getKey() + " -> " + target);
                    }
                }
            }
        }
        assertThat(findings).as("arrows not in layers.txt").isEmpty();
    }

    @Test
    void importsFollowTheArrows() throws IOException {
        Map<String, Set<String>> layers = layers();
        List<String> findings = new ArrayList<>();
        for (Source s : Sources.production()) {
            for (ImportTree i : s.unit().getImports()) {
                String name = i.getQualifiedIdentifier().toString();
                if (name.startsWith("io.hyaline.")) {
                    String target = name.split("\\.")[2];
                    if (!target.equals(s.module())
                            && !layers.getOrDefault(s.module(), Set.of()).contains(target)) {
                        findings.add(s.name() + " imports " + name);
                    }
                }
            }
        }
        assertThat(findings).as("imports against layers.txt").isEmpty();
    }

    @Test
    void packagesOfAModuleHaveNoCycles() {
        Map<String, Set<String>> arrows = new TreeMap<>();
        for (Source s : Sources.production()) {
            for (ImportTree i : s.unit().getImports()) {
                String target = packageOf(i.getQualifiedIdentifier().toString());
                if (target.startsWith("io.hyaline." + s.module()) && !target.equals(s.packageName())) {
                    arrows.computeIfAbsent(s.packageName(), _ -> new TreeSet<>())
                            .add(target);
                }
            }
        }
        List<String> cycles = new ArrayList<>();
        for (String start : arrows.keySet()) {
            for (String next : arrows.get(start)) {
                if (reaches(arrows, next, start, new HashSet<>())) {
                    cycles.add(start + " -> " + next + " -> ... -> " + start);
                }
            }
        }
        assertThat(cycles).as("package cycles").isEmpty();
    }

    private static boolean reaches(Map<String, Set<String>> arrows, String from, String to, Set<String> seen) {
        if (from.equals(to)) {
            return true;
        }
        return seen.add(from)
                && arrows.getOrDefault(from, Set.of()).stream().anyMatch(n -> reaches(arrows, n, to, seen));
    }

    /** The package of an imported type: the leading lower-case parts of its name. */
    private static String packageOf(String imported) {
        StringBuilder name = new StringBuilder();
        for (String part : imported.split("\\.")) {
            if (part.isEmpty() || Character.isUpperCase(part.charAt(0)) || part.equals("*")) {
                break;
            }
            name.append(name.isEmpty() ? "" : ".").append(part);
        }
        return name.toString();
    }

    private static Map<String, Set<String>> layers() throws IOException {
        Map<String, Set<String>> layers = new TreeMap<>();
        for (String line : Files.readAllLines(Path.of(Sources.ROOT.toString(), "layers.txt"))) {
            if (!line.isBlank() && !line.startsWith("#")) {
                String[] halves = line.split(":", 2);
                Set<String> allowed = new TreeSet<>();
                for (String target : halves[1].trim().split("\\s+")) {
                    if (!target.isEmpty()) {
                        allowed.add(target);
                    }
                }
                layers.put(halves[0].trim(), allowed);
            }
        }
        return layers;
    }
}
