package io.hyaline.apiserver.protobuf;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The table of messages and their fields, read once from a resource. */
final class Messages {
    private static final String TABLE = "fields.txt";

    private final Map<String, Map<Integer, Field>> messages;

    /**
     * @param name JSON name; {@code -} when the message's fields belong to the outer object
     * @param optional whether the sender can tell zero from absent
     */
    record Field(String name, String type, boolean optional, boolean list, boolean map) {
        static Field of(String name, String type) {
            boolean optional = type.startsWith("*");
            String rest = optional ? type.substring(1) : type;
            boolean list = rest.startsWith("[]");
            boolean map = rest.startsWith("{}");
            return new Field(name, list || map ? rest.substring(2) : rest, optional, list, map);
        }
    }

    private Messages(Map<String, Map<Integer, Field>> messages) {
        this.messages = messages;
    }

    private static final class Loaded {
        static final Messages TABLE = read();
    }

    static Messages table() {
        return Loaded.TABLE;
    }

    /** The fields of a message by number; null when there is no such message. */
    @Nullable
    Map<Integer, Field> fields(String message) {
        return messages.get(message);
    }

    /** The message of a kind. */
    static String name(String apiVersion, String kind) {
        if (kind.equals("DeleteOptions")) {
            return "meta.v1.DeleteOptions";
        }
        int slash = apiVersion.indexOf('/');
        if (slash < 0) {
            return "core." + apiVersion + "." + kind;
        }
        int dot = apiVersion.indexOf('.');
        String group = apiVersion.substring(0, dot >= 0 && dot < slash ? dot : slash);
        return group + "." + apiVersion.substring(slash + 1) + "." + kind;
    }

    private static Messages read() {
        Map<String, Map<Integer, Field>> messages = new HashMap<>();
        try (InputStream in = Messages.class.getResourceAsStream(TABLE)) {
            if (in == null) {
                throw new IllegalStateException("resource " + TABLE + " is missing");
            }
            Map<Integer, Field> current = new HashMap<>();
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                if (line.startsWith("=")) {
                    current = new HashMap<>();
                    messages.put(line.substring(1), current);
                } else if (!line.startsWith("#")) {
                    String[] parts = line.split(" ", 3);
                    current.put(Integer.valueOf(parts[0]), Field.of(parts[1], parts[2]));
                }
            }
            return new Messages(messages);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
