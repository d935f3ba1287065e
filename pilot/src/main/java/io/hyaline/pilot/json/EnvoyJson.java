package io.hyaline.pilot.json;

import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Protobuf JSON whose {@code Any}s are resolved by type URL when they occur, so that start-up does not pay for all of Envoy. */
public final class EnvoyJson {
    private static final Pattern TYPE = Pattern.compile("\"@type\"\\s*:\\s*\"([^\"]*)\"");

    private EnvoyJson() {}

    /** Reads what a person wrote; unknown fields are ignored, unknown types are not. */
    public static void parse(String json, Message.Builder into) throws InvalidProtocolBufferException {
        JsonFormat.TypeRegistry.Builder types = JsonFormat.TypeRegistry.newBuilder();
        Set<String> seen = new HashSet<>();
        Matcher matcher = TYPE.matcher(json);
        while (matcher.find()) {
            Message prototype = EnvoyTypes.prototype(matcher.group(1));
            if (prototype == null) {
                throw new InvalidProtocolBufferException("unknown type " + matcher.group(1));
            }
            if (seen.add(matcher.group(1))) {
                types.add(prototype.getDescriptorForType());
            }
        }
        JsonFormat.parser()
                .ignoringUnknownFields()
                .usingTypeRegistry(types.build())
                .merge(json, into);
    }

    /** With the field names of Envoy's own documents. */
    public static String print(Message message) {
        JsonFormat.TypeRegistry.Builder types = JsonFormat.TypeRegistry.newBuilder();
        addTypes(message, types, new HashSet<>());
        try {
            return JsonFormat.printer()
                    .preservingProtoFieldNames()
                    .usingTypeRegistry(types.build())
                    .print(message);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(
                    "cannot print " + message.getDescriptorForType().getFullName(), e);
        }
    }

    /** The message inside, or null if its type or content is unknown here. */
    public static @Nullable Message unpack(Any any) {
        Message prototype = EnvoyTypes.prototype(any.getTypeUrl());
        try {
            return prototype == null ? null : prototype.getParserForType().parseFrom(any.getValue());
        } catch (InvalidProtocolBufferException _) {
            return null;
        }
    }

    private static void addTypes(Message message, JsonFormat.TypeRegistry.Builder types, Set<String> seen) {
        if (message instanceof Any any) {
            Message inside = unpack(any);
            if (inside != null) {
                if (seen.add(any.getTypeUrl())) {
                    types.add(inside.getDescriptorForType());
                }
                addTypes(inside, types, seen);
            }
            return;
        }
        message.getAllFields().forEach((field, value) -> {
            if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                List<?> values = value instanceof List<?> list ? list : List.of(value);
                values.forEach(v -> addTypes((Message) v, types, seen));
            }
        });
    }
}
