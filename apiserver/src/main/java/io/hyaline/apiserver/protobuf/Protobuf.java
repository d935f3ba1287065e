package io.hyaline.apiserver.protobuf;

import io.hyaline.apiserver.json.Document;
import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.protobuf.Messages.Field;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.DoubleNode;
import tools.jackson.databind.node.ObjectNode;

/** Turns a binary body into the tree that the same object has in JSON. */
public final class Protobuf {
    public static final String TYPE = "application/vnd.kubernetes.protobuf";

    private static final byte[] MAGIC = {'k', '8', 's', 0};
    private static final int MAX_DEPTH = 64;
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private final Messages messages = Messages.table();

    private Protobuf() {}

    /** Throws IllegalArgumentException with a message for people when it cannot be read. */
    public static Document read(byte[] body) {
        if (body.length < MAGIC.length || !java.util.Arrays.equals(body, 0, 4, MAGIC, 0, 4)) {
            throw new IllegalArgumentException("the body does not start as Kubernetes protobuf does");
        }
        Kind type = new Kind("", "");
        byte[] raw = {};
        for (Wire wire = new Wire(body, MAGIC.length, body.length); wire.more(); ) {
            switch (wire.tag()) {
                case 1 -> type = Kind.of(wire.message());
                case 2 -> raw = wire.bytes();
                default -> wire.skip();
            }
        }
        Map<Integer, Field> fields = Messages.table().fields(Messages.name(type.apiVersion(), type.kind()));
        if (fields == null) {
            throw new IllegalArgumentException(
                    "no protobuf form of " + type.apiVersion() + " " + type.kind() + " is known; send JSON");
        }
        ObjectNode object = Json.object().put("apiVersion", type.apiVersion()).put("kind", type.kind());
        new Protobuf().fill(object, fields, new Wire(raw, 0, raw.length), 0);
        return new Document(object, List.of());
    }

    private record Kind(String apiVersion, String kind) {
        static Kind of(Wire wire) {
            String apiVersion = "";
            String kind = "";
            while (wire.more()) {
                switch (wire.tag()) {
                    case 1 -> apiVersion = wire.text();
                    case 2 -> kind = wire.text();
                    default -> wire.skip();
                }
            }
            return new Kind(apiVersion, kind);
        }
    }

    private void fill(ObjectNode object, Map<Integer, Field> fields, Wire wire, int depth) {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("the object is nested too deeply");
        }
        while (wire.more()) {
            Field field = fields.get(wire.tag());
            if (field == null) {
                wire.skip();
            } else if (field.name().equals("-")) {
                fill(object, of(field.type()), wire.message(), depth + 1);
            } else if (field.map()) {
                entry(Json.child(object, field.name()), field.type(), wire.message(), depth);
            } else {
                JsonNode value = value(field.type(), wire, depth);
                if (field.list()) {
                    Json.list(object, field.name()).add(value == null ? Json.object() : value);
                } else if (value != null && (field.optional() || !zero(value))) {
                    object.set(field.name(), value);
                }
            }
        }
    }

    private Map<Integer, Field> of(String message) {
        Map<Integer, Field> fields = messages.fields(message);
        if (fields == null) {
            throw new IllegalArgumentException("unknown message " + message);
        }
        return fields;
    }

    private void entry(ObjectNode map, String type, Wire wire, int depth) {
        String key = "";
        @Nullable JsonNode value = null;
        while (wire.more()) {
            switch (wire.tag()) {
                case 1 -> key = wire.text();
                case 2 -> value = value(type, wire, depth);
                default -> wire.skip();
            }
        }
        map.set(key, value == null ? Json.text("") : value);
    }

    /** What a sender without a way to say "absent" means by it. */
    private static boolean zero(JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING -> value.stringValue().isEmpty();
            case NUMBER -> value.doubleValue() == 0;
            case BOOLEAN -> !value.booleanValue();
            case OBJECT, ARRAY -> value.isEmpty();
            default -> false;
        };
    }

    /** One value; null for a time that is not set. */
    private @Nullable JsonNode value(String type, Wire wire, int depth) {
        return switch (type) {
            case "string" -> Json.text(wire.text());
            case "bool" -> BooleanNode.valueOf(wire.number() != 0);
            case "int" -> Json.number(wire.number());
            case "double" -> DoubleNode.valueOf(Double.longBitsToDouble(wire.number()));
            case "bytes" -> Json.text(Base64.getEncoder().encodeToString(wire.bytes()));
            case "time", "micro" -> time(wire.message(), type.equals("micro"));
            case "quantity" -> Json.text(text(wire.message()));
            case "intstr" -> intOrString(wire.message());
            case "raw" -> raw(wire.message());
            case "items" -> items(wire.message());
            default -> {
                ObjectNode object = Json.object();
                fill(object, of(type), wire.message(), depth + 1);
                yield object;
            }
        };
    }

    private static @Nullable JsonNode time(Wire wire, boolean micros) {
        if (!wire.more()) {
            return null;
        }
        long seconds = 0;
        long nanos = 0;
        while (wire.more()) {
            switch (wire.tag()) {
                case 1 -> seconds = wire.number();
                case 2 -> nanos = wire.number();
                default -> wire.skip();
            }
        }
        Instant instant = Instant.ofEpochSecond(seconds, nanos);
        return Json.text(
                micros ? MICROS.format(instant) : DateTimeFormatter.ISO_INSTANT.format(Instant.ofEpochSecond(seconds)));
    }

    private static String text(Wire wire) {
        String text = "";
        while (wire.more()) {
            if (wire.tag() == 1) {
                text = wire.text();
            } else {
                wire.skip();
            }
        }
        return text;
    }

    private static JsonNode intOrString(Wire wire) {
        long type = 0;
        long number = 0;
        String text = "";
        while (wire.more()) {
            switch (wire.tag()) {
                case 1 -> type = wire.number();
                case 2 -> number = wire.number();
                case 3 -> text = wire.text();
                default -> wire.skip();
            }
        }
        return type == 0 ? Json.number(number) : Json.text(text);
    }

    private static @Nullable JsonNode raw(Wire wire) {
        byte[] json = {};
        while (wire.more()) {
            if (wire.tag() == 1) {
                json = wire.bytes();
            } else {
                wire.skip();
            }
        }
        return json.length == 0 ? null : Document.json(json).node();
    }

    private static ArrayNode items(Wire wire) {
        ArrayNode items = Json.array();
        while (wire.more()) {
            if (wire.tag() == 1) {
                items.add(wire.text());
            } else {
                wire.skip();
            }
        }
        return items;
    }
}
