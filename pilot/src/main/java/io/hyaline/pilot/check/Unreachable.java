package io.hyaline.pilot.check;

import io.hyaline.objects.istio.VirtualServiceSpec.HttpMatch;
import io.hyaline.objects.istio.VirtualServiceSpec.HttpRoute;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Routes that no request can reach, since an earlier one takes what they ask for. */
final class Unreachable {
    private Unreachable() {}

    static void warn(List<HttpRoute> routes, Faults faults) {
        Map<HttpMatch, Integer> seen = new HashMap<>();
        int everything = -1;
        for (int i = 0; i < routes.size(); i++) {
            String path = "spec.http[" + i + "]";
            String rule = "virtualService rule " + name(routes, i);
            if (everything >= 0) {
                faults.warn(
                        path, rule + " not used (rule " + name(routes, everything) + " takes every request before it)");
                continue;
            }
            duplicates(routes, i, seen, faults);
            if (takesEverything(routes.get(i))) {
                everything = i;
            }
        }
    }

    private static void duplicates(List<HttpRoute> routes, int index, Map<HttpMatch, Integer> seen, Faults faults) {
        List<HttpMatch> matches = routes.get(index).match();
        List<String> lost = new ArrayList<>();
        for (int j = 0; j < matches.size(); j++) {
            Integer before = seen.putIfAbsent(nameless(matches.get(j)), index);
            if (before != null) {
                lost.add("virtualService rule " + name(routes, index) + " match #" + j
                        + " is not used (duplicates a match in rule " + name(routes, before) + ")");
            }
        }
        String path = "spec.http[" + index + "]";
        if (!matches.isEmpty() && lost.size() == matches.size()) {
            faults.warn(
                    path,
                    "virtualService rule " + name(routes, index) + " not used (all matches duplicates a match"
                            + " in earlier rules)");
        } else {
            lost.forEach(text -> faults.warn(path + ".match", text));
        }
    }

    /** Equal matches are equal whatever they are called. */
    private static HttpMatch nameless(HttpMatch match) {
        return new HttpMatch(
                "",
                match.uri(),
                match.ignoreUriCase(),
                match.scheme(),
                match.method(),
                match.authority(),
                match.headers(),
                match.withoutHeaders(),
                match.queryParams(),
                match.port(),
                match.gateways(),
                match.source());
    }

    private static boolean takesEverything(HttpRoute route) {
        return route.match().isEmpty() || route.match().stream().anyMatch(Unreachable::takesEverything);
    }

    private static boolean takesEverything(HttpMatch match) {
        boolean everyPath = match.uri() == null
                || (match.uri().prefix().equals("/") && match.uri().exact().isEmpty());
        boolean everyCaller = match.source() == null
                || (match.source().sourceLabels().isEmpty()
                        && match.source().sourceNamespace().isEmpty());
        return everyPath
                && everyCaller
                && match.scheme() == null
                && match.method() == null
                && match.authority() == null
                && match.headers().isEmpty()
                && match.withoutHeaders().isEmpty()
                && match.queryParams().isEmpty()
                && match.port() == 0
                && match.gateways().isEmpty();
    }

    private static String name(List<HttpRoute> routes, int index) {
        String name = routes.get(index).name();
        return name.isEmpty() ? "#" + index : "\"" + name + "\"";
    }
}
