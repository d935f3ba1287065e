package io.hyaline.it.tidy;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Every Java source of the repository, parsed once. */
final class Sources {

    static final Path ROOT =
            Path.of(System.getProperty("hyaline.root", "..")).toAbsolutePath().normalize();

    record Source(Path path, String module, boolean test, String text, List<String> lines, CompilationUnitTree unit) {
        String name() {
            return ROOT.relativize(path).toString();
        }

        String packageName() {
            return unit.getPackageName() == null ? "" : unit.getPackageName().toString();
        }

        String simpleName() {
            String file = path.getFileName().toString();
            return file.substring(0, file.length() - ".java".length());
        }

        boolean isPackageInfo() {
            return simpleName().equals("package-info");
        }
    }

    private static SourcePositions positions;
    private static final List<Source> ALL = read();

    private Sources() {}

    static SourcePositions positions() {
        return positions;
    }

    static List<Source> all() {
        return ALL;
    }

    static List<Source> production() {
        return ALL.stream().filter(s -> !s.test()).toList();
    }

    private static List<Source> read() {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        TreeMap<String, Source> sources = new TreeMap<>();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<Path> paths = javaFiles();
            JavacTask task = (JavacTask)
                    compiler.getTask(null, files, d -> {}, null, null, files.getJavaFileObjectsFromPaths(paths));
            positions = Trees.instance(task).getSourcePositions();
            for (CompilationUnitTree unit : task.parse()) {
                Path path = Path.of(unit.getSourceFile().toUri());
                Path relative = ROOT.relativize(path);
                String text = Files.readString(path);
                boolean test = relative.getName(2).toString().equals("test");
                sources.put(
                        path.toString(),
                        new Source(
                                path,
                                relative.getName(0).toString(),
                                test,
                                text,
                                text.lines().toList(),
                                unit));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return List.copyOf(sources.values());
    }

    private static List<Path> javaFiles() throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> modules = Files.list(ROOT)) {
            for (Path module :
                    modules.filter(m -> Files.exists(m.resolve("pom.xml"))).toList()) {
                Path src = module.resolve("src");
                if (Files.isDirectory(src)) {
                    try (Stream<Path> tree = Files.walk(src)) {
                        tree.filter(p -> p.toString().endsWith(".java")).forEach(found::add);
                    }
                }
            }
        }
        return found;
    }
}
