package io.hyaline.apiserver.table;

import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.resource.Custom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/** The columns that a CustomResourceDefinition describes. */
final class CustomTable {
    private CustomTable() {}

    static Printer of(Custom custom) {
        if (custom.columns().isEmpty()) {
            return OtherTables.NAME_AND_AGE;
        }
        List<Column> columns = new ArrayList<>(List.of(Column.of("Name")));
        List<JsonPath> paths = new ArrayList<>();
        for (Custom.Column column : custom.columns()) {
            columns.add(
                    new Column(column.name(), column.type(), column.format(), column.description(), column.priority()));
            paths.add(JsonPath.parse(column.jsonPath()));
        }
        return new Printer(columns, (object, now) -> row(object, now, columns, paths));
    }

    private static List<JsonNode> row(ObjectNode object, Instant now, List<Column> columns, List<JsonPath> paths) {
        List<JsonNode> cells = new ArrayList<>(List.of(Cells.name(object)));
        for (int i = 0; i < paths.size(); i++) {
            List<JsonNode> found = paths.get(i).find(object);
            cells.add(found.isEmpty() ? NullNode.getInstance() : cell(found.getFirst(), columns.get(i + 1), now));
        }
        return cells;
    }

    private static JsonNode cell(JsonNode value, Column column, Instant now) {
        return switch (column.type()) {
            case "date" -> Json.text(Cells.since(value.asString(""), now));
            case "integer", "number", "boolean" -> value;
            default -> value.isValueNode() ? Json.text(value.asString("")) : Json.text(Json.print(value));
        };
    }
}
