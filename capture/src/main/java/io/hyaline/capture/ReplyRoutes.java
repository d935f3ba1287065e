package io.hyaline.capture;

import io.hyaline.capture.plan.Marks;
import io.hyaline.linux.Command;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The policy route that hands packets with the transparent mark to a local socket, whatever their address. */
final class ReplyRoutes {

    private static final int MAX_DUPLICATES = 64;
    private static final Path IPV6_OFF = Path.of("/proc/sys/net/ipv6/conf/lo/disable_ipv6");

    private ReplyRoutes() {}

    static void ensure(Marks marks) {
        for (String family : families()) {
            ensureRule(family, marks);
            String range = family.equals("-6") ? "::/0" : "0.0.0.0/0";
            Tool.check("ip", family, "route", "replace", "local", range, "dev", "lo", "table", table(marks));
        }
    }

    /** The kernel takes a second equal rule without a word, so the rules are counted first. */
    private static void ensureRule(String family, Marks marks) {
        int there = rules(family, marks).size();
        if (there == 0) {
            rule(family, "add", marks);
        }
        for (int surplus = there; surplus > 1; surplus--) {
            rule(family, "del", marks);
        }
    }

    static void remove(Marks marks) {
        for (String family : families()) {
            for (int i = 0; i < MAX_DUPLICATES && !rules(family, marks).isEmpty(); i++) {
                rule(family, "del", marks);
            }
            if (!routes(family, marks).isEmpty()) {
                Tool.check("ip", family, "route", "flush", "table", table(marks));
            }
        }
    }

    /** What is missing, in words; empty when replies find their way. */
    static List<String> faults(Marks marks) {
        List<String> faults = new ArrayList<>();
        for (String family : families()) {
            if (rules(family, marks).isEmpty()) {
                faults.add("the policy rule is missing: add it with ip " + family + " rule add fwmark "
                        + marks.transparent() + " lookup " + marks.table());
            }
            if (routes(family, marks).stream().noneMatch(route -> route.startsWith("local default dev lo"))) {
                faults.add("the route of table " + marks.table() + " is missing: add it with ip " + family
                        + " route add local default dev lo table " + marks.table());
            }
        }
        return faults;
    }

    private static List<String> rules(String family, Marks marks) {
        return lines(Tool.check("ip", family, "rule", "show", "fwmark", mark(marks), "table", table(marks)));
    }

    private static List<String> routes(String family, Marks marks) {
        Command.Result result = Tool.run(Command.of("ip", family, "route", "show", "table", table(marks)));
        // A table that was never used does not exist, which the tool reports as an error.
        return result.exitCode() == 0 ? lines(result.output()) : List.of();
    }

    private static void rule(String family, String verb, Marks marks) {
        Tool.check("ip", family, "rule", verb, "fwmark", mark(marks), "lookup", table(marks));
    }

    private static String mark(Marks marks) {
        return Integer.toString(marks.transparent());
    }

    private static String table(Marks marks) {
        return Integer.toString(marks.table());
    }

    private static List<String> lines(String output) {
        return output.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    }

    private static List<String> families() {
        return Files.exists(IPV6_OFF) && Sysctl.read(IPV6_OFF) == 0 ? List.of("-4", "-6") : List.of("-4");
    }
}
