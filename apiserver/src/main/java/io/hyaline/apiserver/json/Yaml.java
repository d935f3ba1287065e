package io.hyaline.apiserver.json;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.DoubleNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/** YAML 1.1 bodies, with the scalars of kubectl: no dates, no base 60, octal also as 0o17. */
public final class Yaml {
    private static final int MAX_NODES = 500_000;
    private static final int MAX_CHARACTERS = 3 * 1024 * 1024;

    private Yaml() {}

    /** Throws IllegalArgumentException with a message for people when the text is not one YAML document. */
    public static Document read(byte[] bytes) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setCodePointLimit(MAX_CHARACTERS);
        options.setMaxAliasesForCollections(1000);
        DumperOptions unused = new DumperOptions();
        var yaml = new org.yaml.snakeyaml.Yaml(
                new SafeConstructor(options), new Representer(unused), unused, options, new Scalars());
        try {
            Object value = yaml.load(new String(bytes, StandardCharsets.UTF_8));
            return new Document(new Copy().tree(value), List.of());
        } catch (YAMLException e) {
            throw new IllegalArgumentException("error converting YAML to JSON: yaml: " + e.getMessage(), e);
        }
    }

    private static final class Scalars extends Resolver {
        @Override
        protected void addImplicitResolvers() {
            addImplicitResolver(Tag.BOOL, BOOL, "yYnNtTfFoO");
            addImplicitResolver(
                    Tag.INT,
                    Pattern.compile(
                            "^(?:[-+]?0b[0-1_]+|[-+]?0o?[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+)$"),
                    "-+0123456789");
            addImplicitResolver(Tag.FLOAT, FLOAT, "-+0123456789.");
            addImplicitResolver(Tag.MERGE, MERGE, "<");
            addImplicitResolver(Tag.NULL, NULL, "~nN\0");
            addImplicitResolver(Tag.NULL, EMPTY, null);
        }
    }

    /** Copies what the parser made into a tree; aliases can make it huge, so nodes are counted. */
    private static final class Copy {
        private int nodes;

        JsonNode tree(@Nullable Object value) {
            if (++nodes > MAX_NODES) {
                throw new IllegalArgumentException("YAML document has more than " + MAX_NODES + " values");
            }
            return switch (value) {
                case null -> NullNode.getInstance();
                case Map<?, ?> map -> object(map);
                case List<?> list -> array(list);
                case Boolean truth -> BooleanNode.valueOf(truth);
                case Integer number -> Json.number(number);
                case Long number -> Json.number(number);
                case Number number -> DoubleNode.valueOf(number.doubleValue());
                default -> Json.text(value.toString());
            };
        }

        private ObjectNode object(Map<?, ?> map) {
            ObjectNode object = Json.object();
            map.forEach((key, value) -> object.set(String.valueOf(key), tree(value)));
            return object;
        }

        private ArrayNode array(List<?> list) {
            ArrayNode array = Json.array();
            list.forEach(value -> array.add(tree(value)));
            return array;
        }
    }
}
