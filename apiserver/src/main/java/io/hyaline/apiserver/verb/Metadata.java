package io.hyaline.apiserver.verb;

import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.status.ApiException;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The metadata that belongs to the server: uid, times, generation, who may change what. */
final class Metadata {
    private static final String LETTERS = "bcdfghjklmnpqrstvwxz2456789";
    private static final int MAX_GENERATED = 58;
    private static final List<String> KEPT =
            List.of("uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation");
    private static final Set<String> NOT_SPEC = Set.of("metadata", "status", "kind", "apiVersion");

    private Metadata() {}

    static String now(InstantSource clock) {
        return DateTimeFormatter.ISO_INSTANT.format(clock.instant().truncatedTo(ChronoUnit.SECONDS));
    }

    /** A name from metadata.generateName. */
    static String generate(String start) {
        StringBuilder name =
                new StringBuilder(start.length() > MAX_GENERATED ? start.substring(0, MAX_GENERATED) : start);
        for (int i = 0; i < 5; i++) {
            name.append(LETTERS.charAt(ThreadLocalRandom.current().nextInt(LETTERS.length())));
        }
        return name.toString();
    }

    /** Prepares the metadata of a new object; its namespace must be that of the request. */
    static void created(Call call, ObjectNode object, InstantSource clock) {
        ObjectNode metadata = Json.child(object, "metadata");
        Target target = call.target();
        if (!Json.string(metadata, "resourceVersion").isEmpty()) {
            throw ApiException.badRequest("resourceVersion should not be set on objects to be created");
        }
        if (target.resource().namespaced()) {
            String namespace = Json.string(metadata, "namespace");
            if (!namespace.isEmpty() && !namespace.equals(target.namespace())) {
                throw ApiException.badRequest(
                        "the namespace of the provided object does not match the namespace sent on the request");
            }
            metadata.put("namespace", target.namespace());
        } else {
            metadata.remove("namespace");
        }
        metadata.remove(List.of("selfLink", "deletionTimestamp", "deletionGracePeriodSeconds", "generation"));
        metadata.put("uid", UUID.randomUUID().toString()).put("creationTimestamp", now(clock));
        if (target.resource().counted()) {
            metadata.put("generation", 1);
        }
    }

    /** Keeps what a client cannot change and refuses what it must not. */
    static void updated(Call call, ObjectNode object, ObjectNode old) {
        ObjectNode metadata = Json.child(object, "metadata");
        JsonNode before = old.path("metadata");
        String uid = Json.string(metadata, "uid");
        if (!uid.isEmpty() && !uid.equals(Json.string(before, "uid"))) {
            throw ApiException.conflict(
                    call.target().resource().plural(),
                    call.target().resource().group(),
                    call.target().name(),
                    "Precondition failed: UID in precondition: " + uid + ", UID in object meta: "
                            + Json.string(before, "uid"));
        }
        String name = Json.string(metadata, "name");
        if (!name.isEmpty() && !name.equals(call.target().name())) {
            throw ApiException.badRequest("the name of the object (" + name + ") does not match the name on the URL ("
                    + call.target().name() + ")");
        }
        String namespace = Json.string(metadata, "namespace");
        if (!namespace.isEmpty()
                && !namespace.equals(call.target().namespace())
                && call.target().resource().namespaced()) {
            throw ApiException.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the request");
        }
        metadata.put("name", call.target().name());
        if (call.target().resource().namespaced()) {
            metadata.put("namespace", call.target().namespace());
        }
        metadata.remove("selfLink");
        for (String field : KEPT) {
            if (before.has(field)) {
                metadata.set(field, before.get(field));
            } else {
                metadata.remove(field);
            }
        }
    }

    /** Counts the generation on when more than metadata and status differ. */
    static void count(ObjectNode object, ObjectNode old) {
        if (!spec(object).equals(spec(old))) {
            Json.child(object, "metadata")
                    .set("generation", Json.number(Json.number(old, 0, "metadata", "generation") + 1));
        }
    }

    private static ObjectNode spec(ObjectNode object) {
        ObjectNode spec = Json.object();
        object.forEachEntry((name, value) -> {
            if (!NOT_SPEC.contains(name)) {
                spec.set(name, value);
            }
        });
        return spec;
    }

    /** Whether nothing keeps an object whose deletion was asked for. */
    static boolean finished(ObjectNode object) {
        JsonNode metadata = object.path("metadata");
        return metadata.has("deletionTimestamp")
                && metadata.path("finalizers").isEmpty()
                && Json.number(metadata, 0, "deletionGracePeriodSeconds") == 0
                && (!Json.string(object, "kind").equals("Namespace")
                        || !Json.string(object, "apiVersion").equals("v1")
                        || Json.at(object, "spec", "finalizers").isEmpty());
    }
}
