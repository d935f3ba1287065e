package io.hyaline.pilot.patch;

import com.google.protobuf.Message;
import io.hyaline.model.ObjectKey;
import io.hyaline.model.envoyfilter.ApplyTo;
import io.hyaline.model.envoyfilter.ConfigPatch;
import io.hyaline.model.envoyfilter.PatchContext;
import io.hyaline.model.envoyfilter.PatchOperation;
import io.hyaline.xds.server.ServedType;

/** A patch that concerns the proxy at hand, its value read as the message that it patches. */
record Patch(ObjectKey filter, ConfigPatch spec, Message value) {
    PatchOperation operation() {
        return spec.operation();
    }

    boolean is(ApplyTo kind, PatchContext context) {
        return spec.applyTo() == kind && spec.context().covers(context);
    }

    ServedType type() {
        return new Concerning(filter, spec).type();
    }

    boolean replacesLists() {
        return spec.operation() == PatchOperation.MERGE_AND_REPLACE_LIST;
    }

    /** The value, which {@link Patches} has read as the message of the patch's kind. */
    <M extends Message> M as(Class<M> type) {
        return type.cast(value);
    }
}
