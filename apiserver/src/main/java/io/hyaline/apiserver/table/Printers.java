package io.hyaline.apiserver.table;

import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.resource.Resource;
import java.util.List;

/** The printer of each resource. */
public final class Printers {
    private static final Printer GENERIC = new Printer(
            List.of(Column.of("Name"), Column.of("Created At")),
            (object, _) -> List.of(
                    Json.text(Json.string(object, "metadata", "name")),
                    Json.text(Json.string(object, "metadata", "creationTimestamp"))));

    private Printers() {}

    public static Printer of(Resource resource) {
        return GENERIC;
    }
}
