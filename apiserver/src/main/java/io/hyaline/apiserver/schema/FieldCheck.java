package io.hyaline.apiserver.schema;

import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.schema.Schema.Any;
import io.hyaline.apiserver.schema.Schema.Entries;
import io.hyaline.apiserver.schema.Schema.Items;
import io.hyaline.apiserver.schema.Schema.Scalar;
import io.hyaline.apiserver.schema.Schema.ScalarType;
import io.hyaline.apiserver.schema.Schema.Struct;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Brings a tree into the shape of its schema, as decoding into a typed struct does: unknown fields are taken out and
 * remembered, nulls vanish, a wrong type is an error.
 */
public final class FieldCheck {
    private final List<String> unknown = new ArrayList<>();
    private final List<String> mistyped = new ArrayList<>();
    private final boolean built;

    private FieldCheck(boolean built) {
        this.built = built;
    }

    /** For built-in kinds: wrong types are reported too. */
    public static FieldCheck typed(Schema schema, ObjectNode object) {
        FieldCheck check = new FieldCheck(true);
        check.visit(schema, object, "", "");
        return check;
    }

    /** For custom kinds: only unknown fields are taken out; their schema reports wrong types by itself. */
    public static FieldCheck pruned(Schema schema, ObjectNode object) {
        FieldCheck check = new FieldCheck(false);
        check.visit(schema, object, "", "");
        return check;
    }

    /** Paths that the schema does not know, in document order. */
    public List<String> unknown() {
        return unknown;
    }

    /** Messages about values of a wrong type. */
    public List<String> mistyped() {
        return mistyped;
    }

    private void visit(Schema schema, JsonNode value, String path, String owner) {
        switch (schema) {
            case Struct struct -> visitStruct(struct, value, path, owner);
            case Entries entries -> visitEntries(entries, value, path, owner);
            case Items items -> visitItems(items, value, path, owner);
            case Scalar scalar -> visitScalar(scalar, value, path, owner);
            case Any _ -> {}
        }
    }

    private void visitStruct(Struct struct, JsonNode value, String path, String owner) {
        if (!(value instanceof ObjectNode object)) {
            wrong(value, path, owner, struct.name());
            return;
        }
        for (Iterator<Map.Entry<String, JsonNode>> all = object.properties().iterator(); all.hasNext(); ) {
            Map.Entry<String, JsonNode> entry = all.next();
            String here = path.isEmpty() ? entry.getKey() : path + "." + entry.getKey();
            Schema field = struct.field(entry.getKey());
            if (field == null) {
                if (!struct.open()) {
                    unknown.add(here);
                    all.remove();
                }
            } else if (entry.getValue().isNull() && (built || field instanceof Struct)) {
                all.remove();
            } else if (field instanceof Scalar(ScalarType type)
                    && type == ScalarType.QUANTITY
                    && entry.getValue().isNumber()) {
                entry.setValue(Json.text(entry.getValue().asString()));
            } else {
                visit(field, entry.getValue(), here, struct.name());
            }
        }
    }

    private void visitEntries(Entries entries, JsonNode value, String path, String owner) {
        if (!(value instanceof ObjectNode object)) {
            wrong(value, path, owner, "map");
            return;
        }
        boolean quantities = entries.value() instanceof Scalar(ScalarType type) && type == ScalarType.QUANTITY;
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            if (quantities && entry.getValue().isNumber()) {
                entry.setValue(Json.text(entry.getValue().asString()));
            } else if (built && entry.getValue().isNull() && entries.value() instanceof Scalar) {
                entry.setValue(Json.text(""));
            } else {
                visit(entries.value(), entry.getValue(), path + "." + entry.getKey(), owner);
            }
        }
    }

    private void visitItems(Items items, JsonNode value, String path, String owner) {
        if (!(value instanceof ArrayNode array)) {
            wrong(value, path, owner, "list");
            return;
        }
        for (int i = 0; i < array.size(); i++) {
            visit(items.element(), array.get(i), path + "[" + i + "]", owner);
        }
    }

    private void visitScalar(Scalar scalar, JsonNode value, String path, String owner) {
        boolean fits = switch (scalar.type()) {
            case STRING, TIME -> value.isString();
            case INT32 -> value.isInt();
            case INT64 -> value.isIntegralNumber();
            case NUMBER -> value.isNumber();
            case BOOLEAN -> value.isBoolean();
            case QUANTITY, INT_OR_STRING -> value.isString() || value.isIntegralNumber();
        };
        if (!fits && built) {
            wrong(value, path, owner, goType(scalar.type()));
        }
    }

    private static String goType(ScalarType type) {
        return switch (type) {
            case STRING -> "string";
            case INT32 -> "int32";
            case INT64 -> "int64";
            case NUMBER -> "float64";
            case BOOLEAN -> "bool";
            case TIME -> "Time";
            case QUANTITY -> "Quantity";
            case INT_OR_STRING -> "IntOrString";
        };
    }

    private void wrong(JsonNode value, String path, String owner, String wanted) {
        if (!built || value.isNull()) {
            return;
        }
        mistyped.add("json: cannot unmarshal " + kind(value) + " into Go struct field " + owner + "."
                + path.replaceAll("\\[\\d+]", "") + " of type " + wanted);
    }

    private static String kind(JsonNode value) {
        return switch (value.getNodeType()) {
            case ARRAY -> "array";
            case BOOLEAN -> "bool";
            case NUMBER -> value.isIntegralNumber() ? "number" : "number " + value.asString();
            case OBJECT -> "object";
            case STRING -> "string";
            default -> "null";
        };
    }
}
