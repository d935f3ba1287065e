package io.hyaline.apiserver.table;

import io.hyaline.apiserver.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/** The part of JSON path that printer columns use: fields, indexes, {@code [*]} and filters by equality. */
record JsonPath(List<Step> steps) {
    private static final Pattern FILTER =
            Pattern.compile("\\?\\(\\s*@\\.([\\w.\\-]+)\\s*==\\s*['\"]?([^'\")]*)['\"]?\\s*\\)");

    private sealed interface Step {
        record Field(String name) implements Step {}

        record Index(int index) implements Step {}

        record All() implements Step {}

        record Filter(List<String> path, String value) implements Step {}
    }

    /** Reads a path; what it does not understand selects nothing. */
    static JsonPath parse(String text) {
        List<Step> steps = new ArrayList<>();
        int at = text.startsWith("$") ? 1 : 0;
        while (at < text.length()) {
            if (text.charAt(at) == '[') {
                int end = text.indexOf(']', text.startsWith("?(", at + 1) ? text.indexOf(')', at) : at);
                if (end < 0) {
                    break;
                }
                steps.add(bracket(text.substring(at + 1, end)));
                at = end + 1;
            } else {
                int start = text.charAt(at) == '.' ? at + 1 : at;
                int end = start;
                while (end < text.length() && text.charAt(end) != '.' && text.charAt(end) != '[') {
                    end += text.charAt(end) == '\\' ? 2 : 1;
                }
                end = Math.min(end, text.length());
                steps.add(new Step.Field(text.substring(start, end).replace("\\", "")));
                at = end;
            }
        }
        return new JsonPath(List.copyOf(steps));
    }

    private static Step bracket(String inside) {
        if (inside.equals("*")) {
            return new Step.All();
        }
        Matcher filter = FILTER.matcher(inside);
        if (filter.matches()) {
            return new Step.Filter(List.of(filter.group(1).split("\\.", -1)), filter.group(2));
        }
        if (inside.matches("-?\\d+")) {
            return new Step.Index(Integer.parseInt(inside));
        }
        return new Step.Field(inside.replaceAll("^['\"]|['\"]$", ""));
    }

    /** Everything that the path leads to. */
    List<JsonNode> find(JsonNode root) {
        List<JsonNode> here = List.of(root);
        for (Step step : steps) {
            List<JsonNode> next = new ArrayList<>();
            for (JsonNode node : here) {
                follow(step, node, next);
            }
            here = next;
        }
        return here.stream()
                .filter(node -> !node.isMissingNode() && !node.isNull())
                .toList();
    }

    private static void follow(Step step, JsonNode node, List<JsonNode> found) {
        switch (step) {
            case Step.Field(String name) -> found.add(name.isEmpty() ? node : node.path(name));
            case Step.Index(int index) -> {
                int at = index < 0 && node instanceof ArrayNode array ? array.size() + index : index;
                found.add(node.path(at));
            }
            case Step.All _ -> found.addAll(node.values());
            case Step.Filter(List<String> path, String value) -> {
                String[] names = path.toArray(String[]::new);
                node.valueStream()
                        .filter(element -> Json.at(element, names).asString("").equals(value))
                        .forEach(found::add);
            }
        }
    }
}
