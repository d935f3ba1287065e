package io.hyaline.pilot.json;

import com.google.protobuf.Message;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** From a type URL to the Java class that the Envoy API's generator made for it. */
final class EnvoyTypes {
    private static final int MOST_KEPT = 2000;
    private static final ConcurrentMap<String, Optional<Message>> KNOWN = new ConcurrentHashMap<>();

    private EnvoyTypes() {}

    static @Nullable Message prototype(String typeUrl) {
        String name = typeUrl.substring(typeUrl.lastIndexOf('/') + 1);
        Optional<Message> known = KNOWN.get(name);
        if (known == null) {
            known = Optional.ofNullable(load(name));
            if (KNOWN.size() < MOST_KEPT) {
                KNOWN.put(name, known);
            }
        }
        return known.orElse(null);
    }

    private static @Nullable Message load(String name) {
        String javaName = javaName(name);
        if (javaName.isEmpty()) {
            return null;
        }
        try {
            Class<?> type = Class.forName(javaName);
            return (Message) type.getMethod("getDefaultInstance").invoke(null);
        } catch (ReflectiveOperationException | LinkageError | ClassCastException _) {
            return null;
        }
    }

    /** The packages as the Envoy, xDS and Google APIs declare them for Java. */
    private static String javaName(String name) {
        if (name.startsWith("envoy.")) {
            return "io.envoyproxy." + name;
        }
        if (name.startsWith("google.protobuf.")) {
            return "com." + name;
        }
        if (name.startsWith("xds.")) {
            return "com.github." + name;
        }
        return name.startsWith("udpa.") ? "com.github.udpa." + name : "";
    }
}
