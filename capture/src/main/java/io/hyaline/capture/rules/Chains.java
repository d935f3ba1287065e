package io.hyaline.capture.rules;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The chains of one table, in the order in which they were begun. */
final class Chains {

    private final Map<String, Chain> chains = new LinkedHashMap<>();

    /** A chain that the kernel enters by itself. */
    Chain base(String name, String hook) {
        Chain chain = chain(name);
        chain.lines.add(hook);
        return chain;
    }

    /** A chain that others jump to; nftables wants it before them. */
    Chain chain(String name) {
        return chains.computeIfAbsent(name, any -> new Chain());
    }

    String table(String name) {
        StringBuilder text = new StringBuilder("table inet ").append(name).append(" {\n");
        chains.forEach((chain, rules) -> {
            text.append("  chain ").append(chain).append(" {\n");
            rules.lines.forEach(line -> text.append("    ").append(line).append('\n'));
            text.append("  }\n");
        });
        return text.append("}\n").toString();
    }

    static final class Chain {

        private final List<String> lines = new ArrayList<>();

        Chain rule(String rule) {
            lines.add(rule);
            return this;
        }

        /** A rule whose match is a set; without members there is nothing to match and no rule. */
        Chain rule(String match, List<?> members, String verdict) {
            return members.isEmpty() ? this : rule(match + " " + set(members) + " " + verdict);
        }
    }

    static String set(List<?> members) {
        return members.stream().map(Object::toString).collect(Collectors.joining(", ", "{ ", " }"));
    }

    static List<String> quoted(List<String> names) {
        return names.stream().map(name -> '"' + name + '"').toList();
    }
}
