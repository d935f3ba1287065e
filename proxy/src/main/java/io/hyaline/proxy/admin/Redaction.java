package io.hyaline.proxy.admin;

import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.util.Values;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import java.util.List;
import java.util.Map;

/** Private keys leave the process nowhere, least of all through the admin endpoint; what cannot be printed is named. */
final class Redaction {

    private static final String CERTIFICATE = TlsCertificate.getDescriptor().getFullName();
    private static final String ANY = Any.getDescriptor().getFullName();
    private static final DataSource REDACTED =
            DataSource.newBuilder().setInlineString("[redacted]").build();

    private Redaction() {}

    /** A copy without private keys, also inside Any fields of known types. */
    @SuppressWarnings("unchecked") // a builder builds what it was made from
    static <M extends Message> M of(M message) {
        Message.Builder copy = message.toBuilder();
        redact(copy);
        return (M) copy.build();
    }

    private static void redact(Message.Builder message) {
        Descriptor type = message.getDescriptorForType();
        for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
            FieldDescriptor descriptor = field.getKey();
            if (descriptor.getJavaType() != FieldDescriptor.JavaType.MESSAGE || descriptor.isMapField()) {
                continue;
            }
            boolean key = type.getFullName().equals(CERTIFICATE)
                    && descriptor.getName().equals("private_key");
            if (field.getValue() instanceof List<?> items) {
                for (int i = 0; i < items.size(); i++) {
                    message.setRepeatedField(descriptor, i, within((Message) items.get(i)));
                }
            } else {
                message.setField(descriptor, key ? hidden(descriptor) : within((Message) field.getValue()));
            }
        }
    }

    private static Message hidden(FieldDescriptor field) {
        try {
            return field.getMessageType() == DataSource.getDescriptor()
                    ? REDACTED
                    : DynamicMessage.parseFrom(field.getMessageType(), REDACTED.toByteString());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Message within(Message message) {
        if (!message.getDescriptorForType().getFullName().equals(ANY)) {
            return of(message);
        }
        try {
            Any shown = unpacked(Any.parseFrom(message.toByteString()));
            return message instanceof Any
                    ? shown
                    : DynamicMessage.parseFrom(message.getDescriptorForType(), shown.toByteString());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("an Any is an Any", e);
        }
    }

    private static Any unpacked(Any any) {
        try {
            Descriptor type = Printable.TYPES.getDescriptorForTypeUrl(any.getTypeUrl());
            if (type == null) {
                return unknown(any);
            }
            Message inner = of((Message) DynamicMessage.parseFrom(type, any.getValue()));
            return any.toBuilder().setValue(inner.toByteString()).build();
        } catch (InvalidProtocolBufferException e) {
            return any;
        }
    }

    /** Stands in for a message whose type is not known here, and which therefore cannot be printed. */
    private static Any unknown(Any any) {
        return Any.pack(Struct.newBuilder()
                .putFields("unknown_type", Values.of(any.getTypeUrl()))
                .putFields("bytes", Values.of(any.getValue().size()))
                .build());
    }
}
