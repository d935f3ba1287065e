package io.hyaline.pilot.patch;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.hyaline.pilot.json.EnvoyJson;

/** Merging of what is packed into an Any, which a plain merge would replace. */
final class TypedConfigs {
    private TypedConfigs() {}

    /** The merged configuration; the old one, with a problem noted, when the types differ or one is unknown. */
    static Any merge(Any base, Any patch, Patch by, PatchProblems problems) {
        if (!typeName(base).equals(typeName(patch))) {
            problems.add(
                    by.type(),
                    by.filter(),
                    "a MERGE of " + typeName(patch) + " into " + typeName(base) + " was left out: the types differ");
            return base;
        }
        Message old = EnvoyJson.unpack(base);
        Message change = EnvoyJson.unpack(patch);
        if (old == null || change == null) {
            problems.add(
                    by.type(), by.filter(), "a MERGE into " + typeName(base) + " was left out: the type is unknown");
            return base;
        }
        return Any.pack(ProtoMerge.merge(old, change, by.replacesLists()));
    }

    /** Deep when both name the same transport socket, else the patch's. */
    static TransportSocket merge(TransportSocket base, TransportSocket patch, Patch by, PatchProblems problems) {
        boolean same = base.getName().equals(patch.getName()) && base.hasTypedConfig() && patch.hasTypedConfig();
        return same
                ? base.toBuilder()
                        .setTypedConfig(merge(base.getTypedConfig(), patch.getTypedConfig(), by, problems))
                        .build()
                : patch;
    }

    private static String typeName(Any any) {
        return any.getTypeUrl().substring(any.getTypeUrl().lastIndexOf('/') + 1);
    }
}
