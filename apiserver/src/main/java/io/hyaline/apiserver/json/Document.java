package io.hyaline.apiserver.json;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.DoubleNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/** A body that somebody sent: its tree, and the paths of fields that it holds twice (the last one wins). */
public record Document(JsonNode node, List<String> duplicates) {
    private static final JsonFactory FACTORY = new JsonFactory();

    /** Throws IllegalArgumentException with a message for people when the text is not JSON. */
    public static Document json(byte[] bytes) {
        List<String> duplicates = new ArrayList<>();
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), bytes)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw new IllegalArgumentException("unexpected end of JSON input");
            }
            JsonNode node = value(parser, first, "", duplicates);
            if (parser.nextToken() != null) {
                throw new IllegalArgumentException("invalid character after top-level value");
            }
            return new Document(node, List.copyOf(duplicates));
        } catch (JacksonException e) {
            throw new IllegalArgumentException("invalid JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static JsonNode value(JsonParser parser, JsonToken token, String path, List<String> duplicates) {
        return switch (token) {
            case START_OBJECT -> object(parser, path, duplicates);
            case START_ARRAY -> array(parser, path, duplicates);
            case VALUE_STRING -> Json.text(parser.getString());
            case VALUE_NUMBER_INT -> integer(parser);
            case VALUE_NUMBER_FLOAT -> DoubleNode.valueOf(parser.getDoubleValue());
            case VALUE_TRUE -> BooleanNode.TRUE;
            case VALUE_FALSE -> BooleanNode.FALSE;
            default -> NullNode.getInstance();
        };
    }

    private static JsonNode integer(JsonParser parser) {
        return switch (parser.getNumberType()) {
            case INT, LONG -> Json.number(parser.getLongValue());
            default -> DoubleNode.valueOf(parser.getDoubleValue());
        };
    }

    private static ObjectNode object(JsonParser parser, String path, List<String> duplicates) {
        ObjectNode object = Json.object();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            String here = path.isEmpty() ? name : path + "." + name;
            if (object.has(name)) {
                duplicates.add(here);
            }
            object.set(name, value(parser, parser.nextToken(), here, duplicates));
        }
        return object;
    }

    private static ArrayNode array(JsonParser parser, String path, List<String> duplicates) {
        ArrayNode array = Json.array();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            array.add(value(parser, token, path + "[" + array.size() + "]", duplicates));
        }
        return array;
    }
}
