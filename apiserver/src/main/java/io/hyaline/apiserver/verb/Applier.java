package io.hyaline.apiserver.verb;

import io.hyaline.apiserver.apply.Owners;
import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.status.ApiException;
import io.hyaline.apiserver.status.FieldError;
import io.hyaline.apiserver.store.Store;
import io.hyaline.apiserver.store.Stored;
import java.time.InstantSource;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Server-side apply. */
final class Applier {
    private final Store store;
    private final Writer writer;
    private final InstantSource clock;

    Applier(Store store, Writer writer, InstantSource clock) {
        this.store = store;
        this.writer = writer;
        this.clock = clock;
    }

    /** What came of it. */
    record Outcome(Stored stored, boolean created) {}

    Outcome apply(Call call) {
        if (!call.query().has("fieldManager")) {
            throw ApiException.invalid(
                    "PatchOptions",
                    "meta.k8s.io",
                    "",
                    List.of(FieldError.required("fieldManager", "is required for apply patch")));
        }
        ObjectNode applied = Codec.object(call);
        if (Json.has(applied, "metadata", "managedFields")) {
            throw ApiException.badRequest("metadata.managedFields must be nil");
        }
        checkName(call, applied);
        Owners.Writer who = new Owners.Writer(
                call.manager(),
                call.target().subresource(),
                Metadata.now(clock),
                call.query().truth("force"));
        if (store.get(call.target().key()) == null && call.target().whole()) {
            ObjectNode object = applied.deepCopy();
            Owners.createdByApply(call.target().resource(), object, who);
            return new Outcome(writer.create(call, object), true);
        }
        Stored stored =
                writer.update(call, false, current -> Owners.apply(call.target().resource(), current, applied, who));
        return new Outcome(stored, false);
    }

    private static void checkName(Call call, ObjectNode applied) {
        String name = Json.string(applied, "metadata", "name");
        if (!name.isEmpty() && !name.equals(call.target().name())) {
            throw ApiException.badRequest("the name of the object (" + name + ") does not match the name on the URL ("
                    + call.target().name() + ")");
        }
        Json.child(applied, "metadata").put("name", call.target().name());
    }
}
