package io.hyaline.apiserver.openapi;

import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.resource.Resource;
import io.hyaline.apiserver.schema.MergeKeys;
import io.hyaline.apiserver.schema.Schema;
import io.hyaline.apiserver.schema.Schema.Any;
import io.hyaline.apiserver.schema.Schema.Entries;
import io.hyaline.apiserver.schema.Schema.Items;
import io.hyaline.apiserver.schema.Schema.Scalar;
import io.hyaline.apiserver.schema.Schema.ScalarType;
import io.hyaline.apiserver.schema.Schema.Struct;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** Collects the schemas of a document, each once. */
final class Components {
    private final ObjectNode all = Json.object();
    private final String prefix;
    private final Deque<Struct> waiting = new ArrayDeque<>();
    private final Set<String> known = new HashSet<>();

    /** @param prefix of references: {@code #/components/schemas/} or {@code #/definitions/} */
    Components(String prefix) {
        this.prefix = prefix;
    }

    /** The schemas by name, with everything that they refer to. */
    ObjectNode finish() {
        while (!waiting.isEmpty()) {
            Struct struct = waiting.removeFirst();
            ObjectNode schema = all.get(struct.id()) instanceof ObjectNode there ? there : all.putObject(struct.id());
            fill(schema, struct);
        }
        return all;
    }

    /** Adds the kind of a resource and returns the name of its schema. */
    String kind(Resource resource) {
        String id;
        if (resource.custom() == null && resource.schema() instanceof Struct struct) {
            id = struct.id();
            reference(struct);
        } else {
            id = reversed(resource.group()) + "." + resource.version().version() + "." + resource.kind();
            custom(resource, id);
        }
        ObjectNode schema = Json.child(all, id);
        Json.list(schema, "x-kubernetes-group-version-kind")
                .addObject()
                .put("group", resource.group())
                .put("kind", resource.kind())
                .put("version", resource.version().version());
        return id;
    }

    private void custom(Resource resource, String id) {
        ObjectNode schema =
                resource.custom() != null && resource.custom().openApiSchema().deepCopy() instanceof ObjectNode copy
                        ? copy
                        : Json.object().put("type", "object");
        ObjectNode properties = Json.child(schema, "properties");
        properties.putObject("apiVersion").put("type", "string");
        properties.putObject("kind").put("type", "string");
        if (Schema.field(resource.schema(), "metadata") instanceof Struct metadata) {
            properties.set("metadata", reference(metadata));
        }
        all.set(id, schema);
    }

    private static String reversed(String group) {
        String[] parts = group.split("\\.", -1);
        StringBuilder reversed = new StringBuilder();
        for (int i = parts.length - 1; i >= 0; i--) {
            reversed.append(parts[i]).append(i > 0 ? "." : "");
        }
        return reversed.toString();
    }

    private ObjectNode reference(Struct struct) {
        if (known.add(struct.id())) {
            waiting.addLast(struct);
        }
        return Json.object().put("$ref", prefix + struct.id());
    }

    private void fill(ObjectNode schema, Struct struct) {
        schema.put("type", "object").put("description", struct.name());
        if (struct.atomic()) {
            schema.put("x-kubernetes-map-type", "atomic");
        }
        ObjectNode properties = schema.putObject("properties");
        for (Map.Entry<String, Schema> field : struct.fields().entrySet()) {
            ObjectNode property = schema(field.getValue());
            String strategy = MergeKeys.patchStrategy(struct.name(), field.getKey());
            if (strategy != null) {
                property.put("x-kubernetes-patch-strategy", strategy);
            }
            properties.set(field.getKey(), property);
        }
    }

    private ObjectNode schema(Schema schema) {
        return switch (schema) {
            case Any _ -> Json.object().put("type", "object").put("x-kubernetes-preserve-unknown-fields", true);
            case Scalar(ScalarType type) -> scalar(type);
            case Struct struct -> reference(struct);
            case Entries(Schema value, boolean atomic) -> {
                ObjectNode map = Json.object().put("type", "object");
                map.set("additionalProperties", schema(value));
                yield atomic ? map.put("x-kubernetes-map-type", "atomic") : map;
            }
            case Items items -> list(items);
        };
    }

    private ObjectNode list(Items items) {
        ObjectNode list = Json.object().put("type", "array");
        list.set("items", schema(items.element()));
        switch (items.rule().topology()) {
            case ATOMIC -> list.put("x-kubernetes-list-type", "atomic");
            case SET -> list.put("x-kubernetes-list-type", "set");
            case MAP -> {
                list.put("x-kubernetes-list-type", "map");
                list.set("x-kubernetes-list-map-keys", Json.array(items.rule().keys()));
            }
        }
        if (items.rule().patchKey() != null) {
            list.put("x-kubernetes-patch-merge-key", items.rule().patchKey());
        }
        return list;
    }

    private static ObjectNode scalar(ScalarType type) {
        ObjectNode scalar = Json.object().put("type", type.openApiType());
        return type.format().isEmpty() ? scalar : scalar.put("format", type.format());
    }
}
