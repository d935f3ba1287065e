package io.hyaline.apiserver.table;

import java.time.Instant;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Turns objects of one kind into rows. */
public record Printer(List<Column> columns, Row row) {
    /** The cells of one object. */
    @FunctionalInterface
    public interface Row {
        List<JsonNode> cells(ObjectNode object, Instant now);
    }
}
