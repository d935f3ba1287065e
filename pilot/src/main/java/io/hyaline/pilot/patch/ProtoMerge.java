package io.hyaline.pilot.patch;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;

/**
 * Istio's merge of two messages of one type: scalars overwrite, messages merge, lists append, maps put per key.
 *
 * <p>Messages of {@code google.protobuf} (durations, wrappers, Any) are values: they replace, so that a patch can set
 * a BoolValue back to false and a duration does not add seconds of one to nanoseconds of the other.
 */
final class ProtoMerge {
    private ProtoMerge() {}

    @SuppressWarnings("unchecked") // a builder of M builds an M
    static <M extends Message> M merge(M base, M patch, boolean replaceLists) {
        Message.Builder merged = base.toBuilder();
        mergeInto(merged, patch, replaceLists);
        return (M) merged.build();
    }

    private static void mergeInto(Message.Builder target, Message patch, boolean replaceLists) {
        patch.getAllFields().forEach((field, value) -> {
            if (field.isMapField()) {
                target.mergeFrom(only(patch, field, value));
            } else if (field.isRepeated()) {
                if (replaceLists) {
                    target.clearField(field);
                }
                target.mergeFrom(only(patch, field, value));
            } else if (isMessage(field) && target.hasField(field) && !isValue(field)) {
                Message.Builder inner = ((Message) target.getField(field)).toBuilder();
                mergeInto(inner, (Message) value, false);
                target.setField(field, inner.build());
            } else {
                target.setField(field, value);
            }
        });
    }

    private static Message only(Message message, FieldDescriptor field, Object value) {
        return message.newBuilderForType().setField(field, value).buildPartial();
    }

    private static boolean isMessage(FieldDescriptor field) {
        return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
    }

    private static boolean isValue(FieldDescriptor field) {
        return field.getMessageType().getFullName().startsWith("google.protobuf.");
    }
}
