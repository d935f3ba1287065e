package io.hyaline.it.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.it.differential.Case.Difference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** docs/compatibility.md says what the case files say; {@code -Dgolden=refresh} writes it. */
final class CompatibilityTest {

    private static final Path PAGE = Product.ROOT.resolve("docs/compatibility.md");
    private static final Path CASES = Product.ROOT.resolve("it/src/test/differential");
    private static final String BEGIN = "<!-- generated from it/src/test/differential -->\n";
    private static final String END = "<!-- end of the generated part -->\n";

    @Test
    void pageListsEveryDifferenceWithItsReason() throws IOException {
        String page = Files.readString(PAGE);
        int from = page.indexOf(BEGIN) + BEGIN.length();
        int to = page.indexOf(END);
        assertThat(to).as("the markers of the generated part in " + PAGE).isGreaterThanOrEqualTo(from);
        String generated = generated(CaseFile.all(CASES));
        if ("refresh".equals(System.getProperty("golden"))) {
            Files.writeString(PAGE, page.substring(0, from) + generated + page.substring(to));
            return;
        }
        assertThat(page.substring(from, to))
                .as(PAGE + " (rewrite with -Dgolden=refresh)")
                .isEqualTo(generated);
    }

    private static String generated(List<Case> cases) {
        Map<String, Integer> areas = new TreeMap<>();
        Map<String, Map<String, TreeSet<String>>> reasons = new TreeMap<>();
        for (Case c : cases) {
            areas.merge(c.name().substring(0, c.name().indexOf('/')), 1, Integer::sum);
            for (Difference d : c.differences()) {
                reasons.computeIfAbsent(d.reason(), _ -> new TreeMap<>())
                        .computeIfAbsent(d.field(), _ -> new TreeSet<>())
                        .add(c.name());
            }
        }
        StringBuilder text = new StringBuilder("\n| area | cases |\n|---|---|\n");
        areas.forEach((area, count) ->
                text.append("| ").append(area).append(" | ").append(count).append(" |\n"));
        text.append("\n| difference | field | cases |\n|---|---|---|\n");
        reasons.forEach((reason, fields) -> fields.forEach((field, names) -> text.append("| ")
                .append(reason.replace("|", "\\|"))
                .append(" | `")
                .append(field)
                .append("` | ")
                .append(String.join(", ", names))
                .append(" |\n")));
        return text.append('\n').toString();
    }
}
