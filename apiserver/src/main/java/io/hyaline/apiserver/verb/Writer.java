package io.hyaline.apiserver.verb;

import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.resource.Conversion;
import io.hyaline.apiserver.resource.Resource;
import io.hyaline.apiserver.status.ApiException;
import io.hyaline.apiserver.store.Key;
import io.hyaline.apiserver.store.Store;
import io.hyaline.apiserver.store.Stored;
import io.hyaline.apiserver.store.Write;
import io.hyaline.apiserver.store.Write.Result;
import java.time.InstantSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** create and update, with optimistic concurrency. */
public final class Writer {
    private static final int ATTEMPTS = 10;

    private final Store store;
    private final Intake intake;
    private final InstantSource clock;

    /** Makes the new state from the current one, which it must not change. Both are in their served form. */
    @FunctionalInterface
    public interface Edit {
        ObjectNode next(ObjectNode current);
    }

    public Writer(Store store, Intake intake, InstantSource clock) {
        this.store = store;
        this.intake = intake;
        this.clock = clock;
    }

    /** Stores a new object, given away by the caller. */
    public Stored create(Call call, ObjectNode object) {
        Resource resource = call.target().resource();
        Metadata.created(call, object, clock);
        if (resource.has("status") && !resource.is("nodes")) {
            object.remove("status");
        }
        ObjectNode metadata = Json.child(object, "metadata");
        boolean generated = Json.string(metadata, "name").isEmpty()
                && !Json.string(metadata, "generateName").isEmpty();
        for (int attempt = 0; ; attempt++) {
            ObjectNode candidate = generated ? object.deepCopy() : object;
            if (generated) {
                Json.child(candidate, "metadata").put("name", Metadata.generate(Json.string(metadata, "generateName")));
            }
            String name = Json.string(candidate, "metadata", "name");
            Call named = call.at(call.target().named(name));
            if (!generated && store.get(named.target().key()) != null) {
                throw ApiException.alreadyExists(resource.plural(), resource.group(), name);
            }
            admit(named, candidate);
            if (call.dryRun()) {
                intake.abandon(named, candidate);
                return pretend(named.target().key(), 0, candidate);
            }
            Result result = store.write(new Write(named.target().key(), 0, Conversion.stored(resource, candidate)));
            if (result instanceof Result.Done(Stored stored)) {
                return stored;
            }
            intake.abandon(named, candidate);
            if (!generated || attempt == ATTEMPTS) {
                throw ApiException.alreadyExists(resource.plural(), resource.group(), name);
            }
        }
    }

    private void admit(Call call, ObjectNode object) {
        try {
            intake.create(call, object);
        } catch (ApiException e) {
            intake.abandon(call, object);
            throw e;
        }
    }

    private void admit(Call call, ObjectNode object, ObjectNode old) {
        try {
            intake.update(call, object, old);
        } catch (ApiException e) {
            intake.abandon(call, object);
            throw e;
        }
    }

    /** Changes an object. With {@code pinned}, a change by somebody else in the meantime is a conflict. */
    public Stored update(Call call, boolean pinned, Edit edit) {
        Resource resource = call.target().resource();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Stored existing = store.get(call.target().key());
            if (existing == null) {
                throw call.notFound();
            }
            ObjectNode old = Conversion.served(resource, existing.object());
            ObjectNode next = edit.next(old);
            checkRevision(call, next, old);
            Metadata.updated(call, next, old);
            restrict(call.target(), next, old);
            admit(call, next, old);
            if (resource.counted()) {
                Metadata.count(next, old);
            }
            if (unchanged(next, old)) {
                return existing;
            }
            if (call.dryRun()) {
                intake.abandon(call, next);
                return pretend(existing.key(), existing.revision(), next);
            }
            Write write = new Write(
                    existing.key(),
                    existing.revision(),
                    Metadata.finished(next) ? null : Conversion.stored(resource, next));
            switch (store.write(write)) {
                case Result.Done(Stored stored) -> {
                    return stored;
                }
                case Result.Missing _, Result.Exists _ -> {
                    intake.abandon(call, next);
                    throw call.notFound();
                }
                case Result.Stale _ -> {
                    intake.abandon(call, next);
                    if (pinned) {
                        throw stale(call);
                    }
                }
            }
        }
        throw stale(call);
    }

    /** Main resource and status subresource change their own part only. */
    private static void restrict(Target target, ObjectNode next, ObjectNode old) {
        if (target.subresource().equals("status")) {
            JsonNode status = next.path("status");
            JsonNode metadata = next.path("metadata");
            next.removeAll();
            next.setAll(old.deepCopy());
            put(next, "status", status);
            // A node's agent reports annotations together with its status.
            if (target.resource().is("nodes")) {
                next.set("metadata", metadata);
            } else {
                put(Json.child(next, "metadata"), "managedFields", metadata.path("managedFields"));
            }
        } else if (target.resource().has("status")) {
            put(next, "status", old.path("status"));
        }
    }

    private static void put(ObjectNode object, String name, JsonNode value) {
        if (value.isMissingNode()) {
            object.remove(name);
        } else {
            object.set(name, value);
        }
    }

    private static void checkRevision(Call call, ObjectNode next, ObjectNode old) {
        String expected = Json.string(next, "metadata", "resourceVersion");
        if (!expected.isEmpty() && !expected.equals(Json.string(old, "metadata", "resourceVersion"))) {
            throw stale(call);
        }
        Json.child(next, "metadata").set("resourceVersion", Json.at(old, "metadata", "resourceVersion"));
    }

    private static ApiException stale(Call call) {
        Resource resource = call.target().resource();
        return ApiException.staleWrite(
                resource.plural(), resource.group(), call.target().name());
    }

    /** Equal but for the times at which managers last wrote. */
    private static boolean unchanged(ObjectNode next, ObjectNode old) {
        if (next.equals(old)) {
            return true;
        }
        return timeless(next).equals(timeless(old));
    }

    private static ObjectNode timeless(ObjectNode object) {
        ObjectNode copy = object.deepCopy();
        for (JsonNode entry : Json.at(copy, "metadata", "managedFields").values()) {
            if (entry instanceof ObjectNode manager) {
                manager.remove("time");
            }
        }
        return copy;
    }

    private static Stored pretend(Key key, long revision, ObjectNode object) {
        return new Stored(key, revision, object, Json.bytes(object));
    }
}
