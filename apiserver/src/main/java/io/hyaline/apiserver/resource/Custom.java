package io.hyaline.apiserver.resource;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What a CustomResourceDefinition's version says: its schema as written, its columns, where its scale lies. */
public record Custom(
        JsonNode openApiSchema,
        List<Column> columns,
        @Nullable ScalePaths scale) {

    /** A printer column. */
    public record Column(String name, String type, String format, String description, int priority, String jsonPath) {}

    /** JSON paths of the scale subresource; the last may be empty. */
    public record ScalePaths(String spec, String status, String labelSelector) {}
}
