package io.hyaline.apiserver.table;

import tools.jackson.databind.node.ObjectNode;

/** A column of a table; priority above 0 shows only with {@code -o wide}. */
public record Column(String name, String type, String format, String description, int priority) {

    static Column of(String name) {
        return new Column(name, "string", name.equals("Name") ? "name" : "", name, 0);
    }

    static Column wide(String name) {
        return new Column(name, "string", "", name, 1);
    }

    static Column integer(String name) {
        return new Column(name, "integer", "", name, 0);
    }

    ObjectNode json() {
        return io.hyaline.apiserver.json.Json.object()
                .put("name", name)
                .put("type", type)
                .put("format", format)
                .put("description", description)
                .put("priority", priority);
    }
}
