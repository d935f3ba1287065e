package io.hyaline.apiserver.table;

import io.hyaline.apiserver.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Values that several tables show. */
final class Cells {
    static final String NONE = "<none>";

    private Cells() {}

    static JsonNode name(ObjectNode object) {
        return Json.text(Json.string(object, "metadata", "name"));
    }

    static JsonNode age(ObjectNode object, Instant now) {
        return Json.text(since(Json.string(object, "metadata", "creationTimestamp"), now));
    }

    /** The text at a path. */
    static JsonNode text(ObjectNode object, String... path) {
        return Json.text(Json.string(object, path));
    }

    static JsonNode orNone(ObjectNode object, String... path) {
        return Json.text(orNone(Json.string(object, path)));
    }

    static String orNone(String text) {
        return text.isEmpty() ? NONE : text;
    }

    static JsonNode number(ObjectNode object, String... path) {
        return Json.number(Json.number(object, 0, path));
    }

    static JsonNode size(ObjectNode object, String... paths) {
        int size = 0;
        for (String path : paths) {
            size += Json.at(object, path).size();
        }
        return Json.number(size);
    }

    static String since(String time, Instant now) {
        try {
            return time.isEmpty() ? "<unknown>" : age(Duration.between(Instant.parse(time), now));
        } catch (DateTimeParseException e) {
            return "<invalid>";
        }
    }

    /** A duration in the two largest units that matter. */
    static String age(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < -1) {
            return "<invalid>";
        }
        if (seconds < 120) {
            return Math.max(seconds, 0) + "s";
        }
        long minutes = seconds / 60;
        if (minutes < 10) {
            return pair(minutes, "m", seconds % 60, "s");
        }
        if (minutes < 180) {
            return minutes + "m";
        }
        long hours = minutes / 60;
        if (hours < 8) {
            return pair(hours, "h", minutes % 60, "m");
        }
        if (hours < 48) {
            return hours + "h";
        }
        long days = hours / 24;
        if (days < 8) {
            return pair(days, "d", hours % 24, "h");
        }
        if (days < 730) {
            return days + "d";
        }
        return days < 2920 ? pair(days / 365, "y", days % 365, "d") : days / 365 + "y";
    }

    private static String pair(long large, String largeUnit, long small, String smallUnit) {
        return small == 0 ? large + largeUnit : large + largeUnit + small + smallUnit;
    }

    /** Names and images of the containers of a template. */
    static List<JsonNode> containers(ObjectNode object, String... template) {
        List<ObjectNode> containers = Json.objects(Json.at(object, template), "spec", "containers");
        return List.of(Json.text(join(containers, "name")), Json.text(join(containers, "image")));
    }

    private static String join(List<ObjectNode> objects, String field) {
        return objects.stream().map(object -> Json.string(object, field)).collect(Collectors.joining(","));
    }

    /** A selector as it is written on a command line. */
    static JsonNode selector(JsonNode selector) {
        boolean plain = !selector.has("matchLabels") && !selector.has("matchExpressions");
        List<String> parts = new ArrayList<>();
        for (Map.Entry<String, String> label :
                Json.map(plain ? selector : selector.path("matchLabels")).entrySet()) {
            parts.add(label.getKey() + "=" + label.getValue());
        }
        for (ObjectNode expression : Json.objects(selector, "matchExpressions")) {
            String key = Json.string(expression, "key");
            String values = String.join(",", Json.strings(expression, "values"));
            parts.add(
                    switch (Json.string(expression, "operator")) {
                        case "In" -> key + " in (" + values + ")";
                        case "NotIn" -> key + " notin (" + values + ")";
                        case "Exists" -> key;
                        default -> "!" + key;
                    });
        }
        return Json.text(parts.isEmpty() ? NONE : String.join(",", parts));
    }

    static boolean condition(ObjectNode object, String type) {
        return Json.objects(object, "status", "conditions").stream()
                .anyMatch(condition -> Json.string(condition, "type").equals(type)
                        && Json.string(condition, "status").equals("True"));
    }
}
