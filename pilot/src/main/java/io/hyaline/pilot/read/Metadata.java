package io.hyaline.pilot.read;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.hyaline.model.ObjectKey;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What every kind's reader takes from an object's metadata. */
public final class Metadata {
    private Metadata() {}

    public static ObjectKey key(HasMetadata object) {
        return new ObjectKey(
                orEmpty(object.getMetadata().getNamespace()),
                object.getMetadata().getName());
    }

    static Instant created(HasMetadata object) {
        String text = object.getMetadata().getCreationTimestamp();
        try {
            return text == null ? Instant.EPOCH : Instant.parse(text);
        } catch (DateTimeParseException _) {
            return Instant.EPOCH; // only an order among equals
        }
    }

    static Map<String, String> labels(HasMetadata object) {
        Map<String, String> labels = object.getMetadata().getLabels();
        return labels == null ? Map.of() : labels;
    }

    static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
