package io.hyaline.proxy.admin;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.admin.v3.BootstrapConfigDump;
import io.envoyproxy.envoy.admin.v3.ConfigDump;
import io.hyaline.proxy.bootstrap.EnvoyFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Envoy's messages as Envoy's admin prints them: field names as in the proto files. */
final class Json {

    private static final Logger LOG = LoggerFactory.getLogger(Json.class);

    private Json() {}

    static Page page(Message message) {
        return Page.json(print(message) + "\n");
    }

    /** Made when the first page is asked for. */
    private static final class Types {
        static final TypeRegistry KNOWN = TypeRegistry.newBuilder()
                .add(EnvoyFile.types())
                .add(ConfigDump.getDescriptor().getFile().getMessageTypes())
                .add(BootstrapConfigDump.getDescriptor())
                .add(Struct.getDescriptor())
                .build();
    }

    static TypeRegistry types() {
        return Types.KNOWN;
    }

    static String print(Message message) {
        try {
            return JsonFormat.printer()
                    .preservingProtoFieldNames()
                    .usingTypeRegistry(Types.KNOWN)
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
