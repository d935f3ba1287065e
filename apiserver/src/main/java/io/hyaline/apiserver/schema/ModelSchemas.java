package io.hyaline.apiserver.schema;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.Quantity;
import io.hyaline.apiserver.schema.Schema.Entries;
import io.hyaline.apiserver.schema.Schema.Items;
import io.hyaline.apiserver.schema.Schema.Scalar;
import io.hyaline.apiserver.schema.Schema.ScalarType;
import io.hyaline.apiserver.schema.Schema.Struct;
import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Schemas of built-in kinds, read from the client's model classes on first use. */
public final class ModelSchemas {
    private static final Map<Class<?>, Scalar> SCALARS = Map.ofEntries(
            Map.entry(String.class, new Scalar(ScalarType.STRING)),
            Map.entry(Integer.class, new Scalar(ScalarType.INT32)),
            Map.entry(int.class, new Scalar(ScalarType.INT32)),
            Map.entry(Long.class, new Scalar(ScalarType.INT64)),
            Map.entry(long.class, new Scalar(ScalarType.INT64)),
            Map.entry(Double.class, new Scalar(ScalarType.NUMBER)),
            Map.entry(Boolean.class, new Scalar(ScalarType.BOOLEAN)),
            Map.entry(boolean.class, new Scalar(ScalarType.BOOLEAN)),
            Map.entry(Quantity.class, new Scalar(ScalarType.QUANTITY)),
            Map.entry(MicroTime.class, new Scalar(ScalarType.TIME)),
            Map.entry(IntOrString.class, new Scalar(ScalarType.INT_OR_STRING)));

    /** Types whose JSON is not the fields of their class. */
    private static final Set<String> FREE = Set.of(
            "FieldsV1",
            "JSONSchemaPropsOrBool",
            "JSONSchemaPropsOrArray",
            "JSONSchemaPropsOrStringArray",
            "RawExtension");

    private static final String MODELS = "io.fabric8.kubernetes.api.model";
    private static final Set<String> TIMES = Set.of("creationTimestamp", "deletionTimestamp", "time");

    private final Map<Class<?>, Struct> structs = new ConcurrentHashMap<>();

    /** The schema of a model class. */
    public Struct of(Class<?> model) {
        Struct known = structs.get(model);
        if (known != null) {
            return known;
        }
        String name = model.getSimpleName();
        String id = "io.k8s.api" + model.getName().substring(MODELS.length());
        Struct made = new Struct(name, id, new Lazy(model), MergeKeys.atomicStruct(name), false);
        Struct earlier = structs.putIfAbsent(model, made);
        return earlier == null ? made : earlier;
    }

    private final class Lazy implements java.util.function.Supplier<Map<String, Schema>> {
        private final Class<?> model;
        private volatile @Nullable Map<String, Schema> fields;

        Lazy(Class<?> model) {
            this.model = model;
        }

        @Override
        public Map<String, Schema> get() {
            Map<String, Schema> known = fields;
            if (known == null) {
                known = read(model);
                fields = known;
            }
            return known;
        }
    }

    private Map<String, Schema> read(Class<?> model) {
        Map<String, Schema> fields = new TreeMap<>();
        for (Class<?> type = model; type != null && type != Object.class; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                JsonProperty property = field.getAnnotation(JsonProperty.class);
                if (property != null) {
                    fields.put(
                            property.value(), schema(model.getSimpleName(), property.value(), field.getGenericType()));
                }
            }
        }
        return Collections.unmodifiableMap(fields);
    }

    private Schema schema(String owner, String field, Type type) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            if (generic.getRawType() == List.class) {
                return new Items(schema(owner, field, arguments[0]), MergeKeys.list(owner, field));
            }
            if (Map.class.isAssignableFrom((Class<?>) generic.getRawType())) {
                return new Entries(schema(owner, field, arguments[1]), MergeKeys.atomicMap(owner, field));
            }
            return Schema.ANY;
        }
        if (type == String.class && (field.endsWith("Timestamp") || field.endsWith("Time") || TIMES.contains(field))) {
            return new Scalar(ScalarType.TIME);
        }
        if (!(type instanceof Class<?> model)) {
            return Schema.ANY;
        }
        Scalar scalar = SCALARS.get(model);
        if (scalar != null) {
            return scalar;
        }
        return isStruct(model) ? of(model) : Schema.ANY;
    }

    private static boolean isStruct(Class<?> model) {
        return model.getName().startsWith(MODELS) && !model.isInterface() && !FREE.contains(model.getSimpleName());
    }
}
