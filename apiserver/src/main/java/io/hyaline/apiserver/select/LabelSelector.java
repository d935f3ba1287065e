package io.hyaline.apiserver.select;

import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.status.ApiException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Requirements on labels, all of which must hold. */
public record LabelSelector(List<Requirement> requirements) {
    public static final LabelSelector EVERYTHING = new LabelSelector(List.of());

    private static final Pattern SET = Pattern.compile("\\s*([^\\s!=<>,()]+)\\s+(in|notin)\\s*\\(([^)]*)\\)\\s*");
    private static final Pattern COMPARE =
            Pattern.compile("\\s*([^\\s!=<>,()]+)\\s*(==|=|!=|>|<)\\s*([^\\s!=<>,()]*)\\s*");
    private static final Pattern EXISTS = Pattern.compile("\\s*(!?)\\s*([^\\s!=<>,()]+)\\s*");

    public enum Operator {
        IN,
        NOT_IN,
        EXISTS,
        DOES_NOT_EXIST,
        GREATER,
        LESS
    }

    public record Requirement(String key, Operator operator, List<String> values) {
        boolean holds(@Nullable String value) {
            return switch (operator) {
                case IN -> value != null && values.contains(value);
                case NOT_IN -> value == null || !values.contains(value);
                case EXISTS -> value != null;
                case DOES_NOT_EXIST -> value == null;
                case GREATER -> compare(value) > 0;
                case LESS -> compare(value) < 0;
            };
        }

        private int compare(@Nullable String value) {
            try {
                return value == null ? 0 : Long.compare(Long.parseLong(value), Long.parseLong(values.getFirst()));
            } catch (NumberFormatException e) {
                return 0; // not a number: the requirement does not hold
            }
        }
    }

    /** Parses the labelSelector parameter of a request. */
    public static LabelSelector parse(String text) {
        List<Requirement> found = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            Matcher matcher = SET.matcher(text).region(at, text.length());
            if (matcher.lookingAt()) {
                Operator operator = matcher.group(2).equals("in") ? Operator.IN : Operator.NOT_IN;
                found.add(new Requirement(matcher.group(1), operator, values(matcher.group(3))));
            } else if (matcher.usePattern(COMPARE).region(at, text.length()).lookingAt()) {
                found.add(new Requirement(matcher.group(1), operator(matcher.group(2)), List.of(matcher.group(3))));
            } else if (matcher.usePattern(EXISTS).region(at, text.length()).lookingAt()) {
                Operator operator = matcher.group(1).isEmpty() ? Operator.EXISTS : Operator.DOES_NOT_EXIST;
                found.add(new Requirement(matcher.group(2), operator, List.of()));
            } else {
                throw unparsable(text);
            }
            at = matcher.end();
            if (at < text.length() && text.charAt(at++) != ',') {
                throw unparsable(text);
            }
        }
        return found.isEmpty() ? EVERYTHING : new LabelSelector(List.copyOf(found));
    }

    private static ApiException unparsable(String text) {
        return ApiException.badRequest("unable to parse requirement: invalid label selector \"" + text + "\"");
    }

    private static Operator operator(String sign) {
        return switch (sign) {
            case "!=" -> Operator.NOT_IN;
            case ">" -> Operator.GREATER;
            case "<" -> Operator.LESS;
            default -> Operator.IN;
        };
    }

    private static List<String> values(String list) {
        List<String> values = new ArrayList<>();
        for (String value : list.split(",", -1)) {
            values.add(value.strip());
        }
        return values;
    }

    /** Reads a selector that stands in an object, with matchLabels and matchExpressions; a missing one matches all. */
    public static LabelSelector of(JsonNode selector) {
        List<Requirement> found = new ArrayList<>();
        Json.map(selector, "matchLabels")
                .forEach((key, value) -> found.add(new Requirement(key, Operator.IN, List.of(value))));
        for (ObjectNode expression : Json.objects(selector, "matchExpressions")) {
            Operator operator = switch (Json.string(expression, "operator")) {
                case "In" -> Operator.IN;
                case "NotIn" -> Operator.NOT_IN;
                case "Exists" -> Operator.EXISTS;
                default -> Operator.DOES_NOT_EXIST;
            };
            found.add(new Requirement(Json.string(expression, "key"), operator, Json.strings(expression, "values")));
        }
        return new LabelSelector(List.copyOf(found));
    }

    public boolean matches(Map<String, String> labels) {
        return requirements.stream().allMatch(requirement -> requirement.holds(labels.get(requirement.key())));
    }

    public boolean matches(ObjectNode object) {
        return requirements.isEmpty() || matches(Json.map(object, "metadata", "labels"));
    }
}
