package io.hyaline.objects.istio;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Reads the spec of a custom object into its record. */
public final class Specs {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .withConfigOverride(String.class, Specs::emptyWhenAbsent)
            .withConfigOverride(List.class, Specs::emptyWhenAbsent)
            .withConfigOverride(Map.class, Specs::emptyWhenAbsent)
            .build();

    private Specs() {}

    /** Fields that the record does not have are left to the API server's schema; mistyped ones are refused. */
    public static <S extends Record> S read(GenericKubernetesResource object, Class<S> type) {
        Object spec = object.getAdditionalProperties().getOrDefault("spec", Map.of());
        try {
            return MAPPER.convertValue(spec, type);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("spec" + path(e) + " cannot be read: " + e.getOriginalMessage(), e);
        }
    }

    private static String path(JacksonException e) {
        StringBuilder path = new StringBuilder();
        for (JacksonException.Reference step : e.getPath()) {
            path.append(step.getPropertyName() == null ? "[" + step.getIndex() + "]" : "." + step.getPropertyName());
        }
        return path.toString();
    }

    private static void emptyWhenAbsent(tools.jackson.databind.cfg.MutableConfigOverride override) {
        override.setNullHandling(JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY));
    }
}
