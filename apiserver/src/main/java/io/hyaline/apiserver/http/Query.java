package io.hyaline.apiserver.http;

import java.util.List;
import java.util.Map;

/** The parameters of a request's address. */
public record Query(Map<String, List<String>> values) {

    /** The first value, or the empty string. */
    public String get(String name) {
        List<String> all = values.get(name);
        return all == null || all.isEmpty() ? "" : all.getFirst();
    }

    public List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    public boolean has(String name) {
        return values.containsKey(name);
    }

    public boolean truth(String name) {
        return switch (get(name)) {
            case "true", "1", "t", "T", "TRUE", "True" -> true;
            default -> false;
        };
    }

    public long number(String name, long otherwise) {
        try {
            return has(name) ? Long.parseLong(get(name)) : otherwise;
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }
}
