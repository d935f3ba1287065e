package io.hyaline.pilot.report;

import io.hyaline.model.ObjectKey;
import io.hyaline.model.Reference;
import io.hyaline.pilot.analyze.Code;
import io.hyaline.pilot.analyze.Finding;
import io.hyaline.pilot.serve.Complaint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What proxies say against EnvoyFilters, as findings: the same complaint of many proxies is one. */
final class Refusals {
    private static final int MOST_FINDINGS = 20;

    private Refusals() {}

    static Map<Reference, List<Finding>> of(List<Complaint> complaints) {
        Map<ObjectKey, Map<String, SortedSet<String>>> proxies = new TreeMap<>();
        for (Complaint complaint : complaints) {
            proxies.computeIfAbsent(complaint.filter(), _ -> new TreeMap<>())
                    .computeIfAbsent(complaint.text(), _ -> new TreeSet<>())
                    .add(complaint.proxy());
        }
        Map<Reference, List<Finding>> findings = new TreeMap<>();
        proxies.forEach((filter, texts) -> {
            List<Finding> all = new ArrayList<>();
            texts.forEach((text, whose) -> all.add(finding(text, whose)));
            findings.put(
                    new Reference("EnvoyFilter", filter),
                    all.size() <= MOST_FINDINGS ? all : all.subList(0, MOST_FINDINGS));
        });
        return findings;
    }

    private static Finding finding(String text, SortedSet<String> proxies) {
        String more = proxies.size() == 1 ? "" : " and " + (proxies.size() - 1) + " more";
        return new Finding(
                Code.SCHEMA_VALIDATION_ERROR,
                "Schema validation error: at proxy " + proxies.first() + more + ", " + text);
    }
}
