package io.hyaline.apiserver.schema;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The shape of a value. */
public sealed interface Schema {

    enum ScalarType {
        STRING("string", ""),
        INT32("integer", "int32"),
        INT64("integer", "int64"),
        NUMBER("number", "double"),
        BOOLEAN("boolean", ""),
        TIME("string", "date-time"),
        QUANTITY("string", "quantity"),
        INT_OR_STRING("string", "int-or-string");

        private final String openApiType;
        private final String format;

        ScalarType(String openApiType, String format) {
            this.openApiType = openApiType;
            this.format = format;
        }

        public String openApiType() {
            return openApiType;
        }

        public String format() {
            return format;
        }
    }

    record Scalar(ScalarType type) implements Schema {}

    /** Anything at all; owned and replaced as a whole. */
    record Any() implements Schema {}

    /** A list. Server-side apply merges by {@code keys}, strategic merge by {@code patchKey} or as a set. */
    record Items(Schema element, ListRule rule) implements Schema {}

    /** A map with free keys. */
    record Entries(Schema value, boolean atomic) implements Schema {}

    /** Named fields, looked up late because types refer to themselves. The id is unique, the name is for people. */
    record Struct(String name, String id, Supplier<Map<String, Schema>> lazyFields, boolean atomic, boolean open)
            implements Schema {
        public Map<String, Schema> fields() {
            return lazyFields.get();
        }

        public @Nullable Schema field(String field) {
            return fields().get(field);
        }

        @Override
        public String toString() {
            return "Struct[" + name + "]";
        }
    }

    enum Topology {
        ATOMIC,
        SET,
        MAP
    }

    /** How a list merges: topology and keys for server-side apply, the other two for strategic merge patch. */
    record ListRule(
            Topology topology,
            List<String> keys,
            boolean patchMerges,
            @Nullable String patchKey) {
        public static final ListRule ATOMIC = new ListRule(Topology.ATOMIC, List.of(), false, null);
        public static final ListRule SET = new ListRule(Topology.SET, List.of(), true, null);

        static ListRule map(String key) {
            return new ListRule(Topology.MAP, List.of(key), true, key);
        }
    }

    Schema ANY = new Any();

    /** The schema of a field, also where fields are free. */
    static Schema field(Schema schema, String name) {
        return switch (schema) {
            case Struct struct -> {
                Schema field = struct.field(name);
                yield field == null ? ANY : field;
            }
            case Entries entries -> entries.value();
            case Scalar _, Any _, Items _ -> ANY;
        };
    }

    static Schema element(Schema schema) {
        return schema instanceof Items items ? items.element() : ANY;
    }

    static ListRule rule(Schema schema) {
        return schema instanceof Items items ? items.rule() : ListRule.ATOMIC;
    }

    /** Whether the value has one owner as a whole. */
    static boolean atomic(Schema schema) {
        return switch (schema) {
            case Scalar _, Any _ -> true;
            case Items items -> items.rule().topology() == Topology.ATOMIC;
            case Entries entries -> entries.atomic();
            case Struct struct -> struct.atomic();
        };
    }
}
