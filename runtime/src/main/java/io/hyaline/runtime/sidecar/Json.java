package io.hyaline.runtime.sidecar;

import java.util.Map;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Maps to text and back. */
final class Json {

    private static final JsonMapper MAPPER = JsonMapper.shared();

    private Json() {}

    static String write(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    static Map<String, Object> read(String text) {
        return MAPPER.readValue(text, new TypeReference<Map<String, Object>>() {});
    }
}
