package io.hyaline.objects.istio.crd;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.hyaline.objects.istio.Free;
import io.hyaline.objects.istio.Required;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The structural OpenAPI schema of a record. */
final class SpecSchema {
    private SpecSchema() {}

    static Map<String, Object> of(Class<?> record) {
        Map<String, Object> properties = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        collect(record, properties, required);
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", "object");
        if (!required.isEmpty()) {
            schema.put("required", required);
        }
        schema.put("properties", properties);
        return schema;
    }

    private static void collect(Class<?> record, Map<String, Object> properties, List<String> required) {
        for (RecordComponent component : record.getRecordComponents()) {
            if (component.getAccessor().isAnnotationPresent(JsonUnwrapped.class)) {
                collect(component.getType(), properties, required);
                continue;
            }
            if (component.isAnnotationPresent(Required.class)) {
                required.add(component.getName());
            }
            properties.put(
                    component.getName(),
                    component.isAnnotationPresent(Free.class) ? free() : typed(component.getGenericType()));
        }
    }

    static Map<String, Object> free() {
        return ordered("type", "object", "x-kubernetes-preserve-unknown-fields", true);
    }

    private static Map<String, Object> typed(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            return generic.getRawType() == List.class
                    ? ordered("type", "array", "items", typed(arguments[0]))
                    : ordered("type", "object", "additionalProperties", typed(arguments[1]));
        }
        Class<?> plain = (Class<?>) type;
        if (plain.isRecord()) {
            return of(plain);
        }
        if (plain.isEnum()) {
            return ordered(
                    "type",
                    "string",
                    "enum",
                    Arrays.stream(plain.getEnumConstants())
                            .map(Object::toString)
                            .toList());
        }
        return Map.of("type", scalar(plain));
    }

    private static String scalar(Class<?> type) {
        if (type == String.class) {
            return "string";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "boolean";
        }
        if (type == int.class || type == Integer.class || type == Long.class) {
            return "integer";
        }
        if (type == double.class || type == Double.class) {
            return "number";
        }
        throw new IllegalArgumentException("no schema for " + type.getName());
    }

    private static Map<String, Object> ordered(String key, Object value, String key2, Object value2) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(key, value);
        map.put(key2, value2);
        return map;
    }
}
