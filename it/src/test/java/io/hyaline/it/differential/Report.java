package io.hyaline.it.differential;

import io.hyaline.it.differential.Transcript.Mismatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The outcome of all cases of a run: equal, differing as listed, differing without a reason. */
final class Report {

    private int cases;
    private int equal;
    private final Map<String, List<String>> listed = new TreeMap<>();
    private final Map<String, List<Mismatch>> unexpected = new TreeMap<>();

    /**
     * Judges one case. Returns what is wrong with it, for a person to read, or nothing.
     *
     * @param left the oracle
     */
    String judge(Case c, Transcript left, Transcript right) {
        cases++;
        List<Mismatch> all = Transcript.compare(left, right);
        List<Mismatch> bad =
                all.stream().filter(m -> c.listed(m.field()).isEmpty()).toList();
        List<Case.Difference> stale = c.differences().stream()
                .filter(d -> all.stream().noneMatch(m -> d.covers(m.field())))
                .toList();
        if (all.isEmpty()) {
            equal++;
        } else if (bad.isEmpty()) {
            listed.put(c.name(), all.stream().map(m -> explain(c, m)).toList());
        } else {
            unexpected.put(c.name(), bad);
        }
        StringBuilder text = new StringBuilder();
        stale.forEach(d -> text.append("  listed as a difference, but equal: ")
                .append(d.field())
                .append('\n'));
        if (!bad.isEmpty()) {
            text.append(table(bad))
                    .append("\nEnvoy:\n")
                    .append(left)
                    .append("\nHyaline:\n")
                    .append(right);
        }
        return text.toString();
    }

    private static String explain(Case c, Mismatch m) {
        String reason = c.listed(m.field()).map(Case.Difference::reason).orElse("");
        return m.field() + ": " + m.left() + " | " + m.right() + "   (" + reason + ")";
    }

    private static String table(List<Mismatch> mismatches) {
        StringBuilder text = new StringBuilder();
        for (Mismatch m : mismatches) {
            text.append("  ").append(m.field()).append('\n');
            text.append("      envoy    ").append(m.left()).append('\n');
            text.append("      hyaline  ").append(m.right()).append('\n');
        }
        return text.toString();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        text.append(cases).append(" cases: ").append(equal).append(" equal, ");
        text.append(listed.size()).append(" with listed differences, ");
        text.append(unexpected.size()).append(" with unexpected differences\n");
        List<String> lines = new ArrayList<>();
        listed.forEach((name, found) -> {
            lines.add("listed: " + name);
            found.forEach(f -> lines.add("  " + f));
        });
        unexpected.forEach((name, found) -> lines.add("unexpected: " + name + "\n" + table(found)));
        lines.forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }
}
