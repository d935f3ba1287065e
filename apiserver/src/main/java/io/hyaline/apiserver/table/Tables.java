package io.hyaline.apiserver.table;

import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.resource.Resource;
import java.time.Instant;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Builds Table objects. */
public final class Tables {
    /** How much of each object goes into its row. */
    public enum Include {
        NONE,
        METADATA,
        OBJECT
    }

    private Tables() {}

    /** A Table of objects in their served form; metadata is that of the list. */
    public static ObjectNode of(
            Resource resource, Iterable<ObjectNode> objects, ObjectNode metadata, Include include, Instant now) {
        Printer printer = Printers.of(resource);
        ObjectNode table = Json.object().put("kind", "Table").put("apiVersion", "meta.k8s.io/v1");
        table.set("metadata", metadata);
        ArrayNode columns = table.putArray("columnDefinitions");
        printer.columns().forEach(column -> columns.add(column.json()));
        ArrayNode rows = table.putArray("rows");
        for (ObjectNode object : objects) {
            ObjectNode row = rows.addObject();
            ArrayNode cells = row.putArray("cells");
            printer.row().cells(object, now).forEach(cells::add);
            switch (include) {
                case NONE -> {}
                case METADATA -> row.set("object", partial(object));
                case OBJECT -> row.set("object", object);
            }
        }
        return table;
    }

    /** Only the metadata of an object. */
    public static ObjectNode partial(ObjectNode object) {
        ObjectNode partial = Json.object().put("kind", "PartialObjectMetadata").put("apiVersion", "meta.k8s.io/v1");
        partial.set("metadata", object.path("metadata"));
        return partial;
    }
}
