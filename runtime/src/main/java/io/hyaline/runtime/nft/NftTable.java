package io.hyaline.runtime.nft;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A table: sets and chains, in the order in which they are written. */
public record NftTable(String family, String name, List<NftSet> sets, List<NftChain> chains) {

    public NftTable {
        sets = List.copyOf(sets);
        chains = List.copyOf(chains);
    }

    /** Replaces whatever table of this name there is. */
    public String text() {
        StringBuilder out = new StringBuilder();
        String table = "table " + family + " " + name;
        out.append(table).append("\ndelete ").append(table).append('\n');
        out.append(table).append(" {\n");
        sets.forEach(set -> write(out, set));
        chains.forEach(chain -> write(out, chain));
        return out.append("}\n").toString();
    }

    private static void write(StringBuilder out, NftSet set) {
        out.append("    ").append(set.kind()).append(' ').append(set.name()).append(" {\n");
        for (String line : set.declaration().split("; ")) {
            out.append("        ").append(line).append('\n');
        }
        if (!set.elements().isEmpty()) {
            out.append("        elements = {\n            ")
                    .append(joined(set.elements(), ",\n            "))
                    .append("\n        }\n");
        }
        out.append("    }\n");
    }

    private static String joined(Map<String, String> elements, String separator) {
        return elements.entrySet().stream()
                .map(e -> NftSet.element(e.getKey(), e.getValue()))
                .collect(Collectors.joining(separator));
    }

    private static void write(StringBuilder out, NftChain chain) {
        if (!chain.note().isEmpty()) {
            out.append("    # ").append(chain.note()).append('\n');
        }
        out.append("    chain ").append(chain.name()).append(" {\n");
        if (!chain.hook().isEmpty()) {
            out.append("        ").append(chain.hook()).append('\n');
        }
        chain.rules().forEach(rule -> out.append("        ").append(rule).append('\n'));
        out.append("    }\n");
    }

    /**
     * What turns {@code before} into this table, as one transaction; empty when they are equal. Sets that packets fill keep
     * what they have.
     */
    public String changesFrom(NftTable before) {
        if (equals(before)) {
            return "";
        }
        Map<String, NftSet> oldSets = byName(before.sets, NftSet::name);
        Map<String, NftSet> newSets = byName(sets, NftSet::name);
        Map<String, NftChain> oldChains = byName(before.chains, NftChain::name);
        Map<String, NftChain> newChains = byName(chains, NftChain::name);
        if (!comparable(oldSets, oldChains)) {
            return text();
        }
        String of = family + " " + name + " ";
        List<String> lines = new ArrayList<>();
        for (NftSet set : sets) {
            if (!oldSets.containsKey(set.name())) {
                lines.add("add " + set.kind() + " " + of + set.name() + " { " + set.declaration() + "; }");
            }
        }
        for (NftChain chain : chains) {
            NftChain old = oldChains.get(chain.name());
            if (old == null) {
                lines.add("add chain " + of + chain.name());
            } else if (!old.rules().equals(chain.rules())) {
                lines.add("flush chain " + of + chain.name());
            }
        }
        List<String> goneChains = oldChains.keySet().stream()
                .filter(n -> !newChains.containsKey(n))
                .toList();
        goneChains.forEach(n -> lines.add("flush chain " + of + n));
        sets.forEach(set -> deleteElements(lines, of, oldSets.get(set.name()), set));
        for (NftChain chain : chains) {
            NftChain old = oldChains.get(chain.name());
            if (old == null || !old.rules().equals(chain.rules())) {
                chain.rules().forEach(rule -> lines.add("add rule " + of + chain.name() + " " + rule));
            }
        }
        sets.forEach(set -> addElements(lines, of, oldSets.get(set.name()), set));
        goneChains.forEach(n -> lines.add("delete chain " + of + n));
        oldSets.values().stream()
                .filter(s -> !newSets.containsKey(s.name()))
                .forEach(s -> lines.add("delete " + s.kind() + " " + of + s.name()));
        return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
    }

    /** A changed hook or type cannot be written as a change. */
    private boolean comparable(Map<String, NftSet> oldSets, Map<String, NftChain> oldChains) {
        boolean sameTypes = sets.stream()
                .allMatch(s -> !oldSets.containsKey(s.name())
                        || oldSets.get(s.name()).declaration().equals(s.declaration()));
        boolean sameHooks = chains.stream()
                .allMatch(c -> oldChains.containsKey(c.name())
                        ? oldChains.get(c.name()).hook().equals(c.hook())
                        : c.hook().isEmpty());
        return sameTypes && sameHooks;
    }

    private static void deleteElements(List<String> lines, String of, @Nullable NftSet old, NftSet set) {
        if (old != null) {
            String gone = old.elements().entrySet().stream()
                    .filter(e -> !e.getValue().equals(set.elements().get(e.getKey())))
                    .map(Map.Entry::getKey)
                    .collect(Collectors.joining(", "));
            if (!gone.isEmpty()) {
                lines.add("delete element " + of + set.name() + " { " + gone + " }");
            }
        }
    }

    private static void addElements(List<String> lines, String of, @Nullable NftSet old, NftSet set) {
        Map<String, String> added = new LinkedHashMap<>(set.elements());
        if (old != null) {
            added.entrySet().removeIf(e -> e.getValue().equals(old.elements().get(e.getKey())));
        }
        if (!added.isEmpty()) {
            lines.add("add element " + of + set.name() + " { " + joined(added, ", ") + " }");
        }
    }

    private static <T> Map<String, T> byName(List<T> all, Function<T, String> name) {
        Map<String, T> found = new LinkedHashMap<>();
        all.forEach(one -> found.put(name.apply(one), one));
        return found;
    }
}
