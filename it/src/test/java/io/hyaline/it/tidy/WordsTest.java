package io.hyaline.it.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.MethodTree;
import com.sun.source.util.TreeScanner;
import io.hyaline.it.tidy.Sources.Source;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What no source may contain, and what no two sources may share. */
final class WordsTest {

    /** Split in two, so that this file does not find itself. */
    private static final Pattern UNFINISHED = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");

    private static final Pattern SKIPPED_TEST =
            Pattern.compile("@Dis" + "abled|assume" + "True|assume" + "That|assume" + "False|org\\.mock" + "ito");
    private static final Pattern SLEEP = Pattern.compile("Thread\\.sl" + "eep\\(");
    private static final int DUPLICATE_LINES = 14;

    @Test
    void nothingIsLeftUnfinished() {
        assertThat(lines(UNFINISHED, Sources.all())).isEmpty();
    }

    @Test
    void noTestIsSkippedOrMocked() {
        assertThat(lines(SKIPPED_TEST, Sources.all())).isEmpty();
    }

    @Test
    void testsDoNotSleep() {
        List<Source> tests = Sources.all().stream()
                .filter(s -> s.test() || s.module().equals("testkit"))
                .toList();
        assertThat(lines(SLEEP, tests)).isEmpty();
    }

    @Test
    void noTwoTestsHaveTheSameBody() {
        Map<String, String> seen = new HashMap<>();
        List<String> twins = new ArrayList<>();
        for (Source s : Sources.all().stream().filter(Source::test).toList()) {
            new TreeScanner<Void, Void>() {
                @Override
                public Void visitMethod(MethodTree method, Void unused) {
                    String body = String.valueOf(method.getBody()).replaceAll("\\s+", " ");
                    if (body.length() > 80
                            && !method.getModifiers().getAnnotations().isEmpty()) {
                        String place = s.name() + "#" + method.getName();
                        String twin = seen.putIfAbsent(body, place);
                        if (twin != null) {
                            twins.add(place + " = " + twin);
                        }
                    }
                    return super.visitMethod(method, null);
                }
            }.scan(s.unit(), null);
        }
        assertThat(twins).isEmpty();
    }

    @Test
    void noCodeStandsTwice() {
        Map<String, String> seen = new HashMap<>();
        List<String> twins = new ArrayList<>();
        for (Source s : Sources.all()) {
            List<String> code = new ArrayList<>();
            List<Integer> numbers = new ArrayList<>();
            for (int i = 0; i < s.lines().size(); i++) {
                String line = s.lines().get(i).strip();
                if (line.length() > 3
                        && !line.startsWith("import ")
                        && !line.startsWith("//")
                        && !line.startsWith("*")) {
                    code.add(line);
                    numbers.add(i + 1);
                }
            }
            for (int i = 0; i + DUPLICATE_LINES <= code.size(); i++) {
                String run = String.join("\n", code.subList(i, i + DUPLICATE_LINES));
                String place = s.name() + ":" + numbers.get(i);
                String twin = seen.putIfAbsent(run, place);
                if (twin != null) {
                    twins.add(place + " = " + twin);
                }
            }
        }
        assertThat(twins).as("runs of " + DUPLICATE_LINES + " equal lines").isEmpty();
    }

    private static List<String> lines(Pattern pattern, List<Source> sources) {
        List<String> found = new ArrayList<>();
        for (Source s : sources) {
            for (int i = 0; i < s.lines().size(); i++) {
                if (pattern.matcher(s.lines().get(i)).find()) {
                    found.add(s.name() + ":" + (i + 1) + " " + s.lines().get(i).strip());
                }
            }
        }
        return found;
    }
}
