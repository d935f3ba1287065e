package io.hyaline.proxy.admin;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Envoy's messages as Envoy's admin prints them: field names as in the proto files. */
final class Json {

    private static final Logger LOG = LoggerFactory.getLogger(Json.class);

    private Json() {}

    static Page page(Message message) {
        return Page.json(print(message) + "\n");
    }

    static String print(Message message) {
        try {
            return JsonFormat.printer()
                    .preservingProtoFieldNames()
                    .usingTypeRegistry(Printable.TYPES)
                    .print(message);
        } catch (InvalidProtocolBufferException e) {
            LOG.warn("cannot print {}: {}", message.getDescriptorForType().getFullName(), e.getMessage());
            return "{\"@error\":" + quoted(String.valueOf(e.getMessage())) + "}";
        }
    }

    static Any any(Message message) {
        return Any.pack(message);
    }

    static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < 0x20) {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }
}
