package io.hyaline.it.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreePathScanner;
import io.hyaline.it.tidy.Sources.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.lang.model.element.Modifier;
import org.junit.jupiter.api.Test;

/** Size limits and forbidden names of the code base; every exception stands in tidy-exceptions.txt with its reason. */
final class LimitsTest {

    private static final int PRODUCTION_LINES = 400;
    private static final int TEST_LINES = 500;
    private static final int METHOD_LINES = 60;
    private static final int NESTING = 4;
    private static final int CONSTRUCTOR_PARAMETERS = 6;
    private static final int RECORD_COMPONENTS = 12;
    private static final int TYPES_PER_PACKAGE = 25;
    private static final Pattern FORBIDDEN_NAME = Pattern.compile("(?i).*(utils?|helpers?|common|misc|impl|manager)$");
    private static final Pattern FORBIDDEN_PACKAGE =
            Pattern.compile(".*\\.(util|utils|common|helper|helpers|impl|misc|base|support|constants|manager)(\\..*)?");

    @Test
    void filesAreShort() {
        report("file", each((s, found) -> {
            int limit = s.test() ? TEST_LINES : PRODUCTION_LINES;
            if (s.lines().size() > limit) {
                found.add(s.name() + " has " + s.lines().size() + " lines, limit " + limit);
            }
        }));
    }

    @Test
    void methodsAreShort() {
        report("method", eachMethod((s, m) -> {
            long lines = lineCount(s, m);
            return lines > METHOD_LINES ? lines + " lines, limit " + METHOD_LINES : null;
        }));
    }

    @Test
    void nestingIsShallow() {
        report("nesting", eachMethod((s, m) -> {
            int depth = Depth.of(m);
            return depth > NESTING ? "nesting " + depth + ", limit " + NESTING : null;
        }));
    }

    @Test
    void parameterListsAreShort() {
        report("parameters", eachMethod((s, m) -> {
            boolean constructor = m.getName().contentEquals("<init>");
            int count = m.getParameters().size();
            return constructor && count > CONSTRUCTOR_PARAMETERS ? count + " constructor parameters" : null;
        }));
        report(
                "components",
                each((s, found) -> new TreePathScanner<Void, Void>() {
                    @Override
                    public Void visitClass(ClassTree type, Void unused) {
                        if (type.getKind() == Tree.Kind.RECORD && recordComponents(type) > RECORD_COMPONENTS) {
                            found.add(s.name() + "#" + type.getSimpleName() + " has " + recordComponents(type)
                                    + " components");
                        }
                        return super.visitClass(type, unused);
                    }
                }.scan(s.unit(), null)));
    }

    @Test
    void packagesAreSmall() {
        Map<String, Long> sizes = Sources.production().stream()
                .filter(s -> !s.isPackageInfo())
                .collect(Collectors.groupingBy(
                        s -> s.module() + ":" + s.packageName(), TreeMap::new, Collectors.counting()));
        report(
                "package",
                sizes.entrySet().stream()
                        .filter(e -> e.getValue() > TYPES_PER_PACKAGE)
                        .map(e -> e.getKey() + " has " + e.getValue() + " types, limit " + TYPES_PER_PACKAGE)
                        .toList());
    }

    @Test
    void namesSayWhatThingsAre() {
        report("name", each((s, found) -> {
            if (FORBIDDEN_NAME.matcher(s.simpleName()).matches()) {
                found.add(s.name() + " is a junk-drawer name");
            }
            if (FORBIDDEN_PACKAGE.matcher(s.packageName()).matches()) {
                found.add(s.name() + " lives in package " + s.packageName());
            }
        }));
    }

    @Test
    void packagesAreNullMarked() {
        Map<String, Boolean> marked = new TreeMap<>();
        for (Source s : Sources.production()) {
            boolean declares = s.isPackageInfo() && s.text().contains("@NullMarked");
            marked.merge(s.module() + ":" + s.packageName(), declares, Boolean::logicalOr);
        }
        assertThat(marked.entrySet().stream().filter(e -> !e.getValue()).map(Map.Entry::getKey))
                .as("packages without @NullMarked package-info.java")
                .isEmpty();
    }

    private static void report(String rule, List<String> findings) {
        assertThat(Exceptions.unexcused(rule, findings)).as(rule).isEmpty();
    }

    private static List<String> each(BiConsumer<Source, List<String>> rule) {
        List<String> found = new ArrayList<>();
        Sources.all().forEach(s -> rule.accept(s, found));
        return found;
    }

    private interface MethodRule {
        String check(Source source, MethodTree method);
    }

    private static List<String> eachMethod(MethodRule rule) {
        return each((s, found) -> new TreePathScanner<Void, Void>() {
            @Override
            public Void visitMethod(MethodTree method, Void unused) {
                String finding = rule.check(s, method);
                if (finding != null && !isCanonicalOfRecord(method)) {
                    found.add(s.name() + "#" + method.getName() + " " + finding);
                }
                return super.visitMethod(method, unused);
            }

            private boolean isCanonicalOfRecord(MethodTree method) {
                return getCurrentPath().getParentPath().getLeaf().getKind() == Tree.Kind.RECORD
                        && method.getName().contentEquals("<init>");
            }
        }.scan(s.unit(), null));
    }

    private static long recordComponents(ClassTree type) {
        return type.getMembers().stream()
                .filter(m -> m.getKind() == Tree.Kind.VARIABLE)
                .map(m -> ((VariableTree) m).getModifiers().getFlags())
                .filter(f -> !f.contains(Modifier.STATIC))
                .count();
    }

    private static long lineCount(Source s, Tree tree) {
        long start = Sources.positions().getStartPosition(s.unit(), tree);
        long end = Sources.positions().getEndPosition(s.unit(), tree);
        if (start < 0 || end < 0) {
            return 0;
        }
        var lines = s.unit().getLineMap();
        return lines.getLineNumber(end) - lines.getLineNumber(start) + 1;
    }
}
