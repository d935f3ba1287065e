package io.hyaline.apiserver.verb;

import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.resource.Conversion;
import io.hyaline.apiserver.resource.Resource;
import io.hyaline.apiserver.status.ApiException;
import io.hyaline.apiserver.store.Store;
import io.hyaline.apiserver.store.Stored;
import io.hyaline.apiserver.store.Write;
import io.hyaline.apiserver.store.Write.Result;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** delete: at once, or after finalizers and grace. */
public final class Remover {
    public static final String ORPHAN = "orphan";
    public static final String FOREGROUND = "foregroundDeletion";
    private static final int ATTEMPTS = 10;

    private final Store store;
    private final Intake intake;
    private final InstantSource clock;

    /** What is left of the object: its last state, and whether it is gone. */
    public record Outcome(Stored stored, boolean gone) {}

    /** Preconditions are empty where the client has none; policy is empty for the default. */
    public record Options(@Nullable Long grace, String policy, String uid, String revision) {
        public static final Options DEFAULT = new Options(null, "", "", "");

        static Options of(Call call, JsonNode body) {
            String policy = Json.string(body, "propagationPolicy");
            if (policy.isEmpty()) {
                policy = call.query().get("propagationPolicy");
            }
            JsonNode orphan = body.path("orphanDependents");
            if (policy.isEmpty() && orphan.isBoolean()) {
                policy = orphan.booleanValue() ? "Orphan" : "Background";
            }
            if (!policy.isEmpty()
                    && !List.of("Orphan", "Foreground", "Background").contains(policy)) {
                throw ApiException.badRequest("DeleteOptions is invalid: propagationPolicy: Unsupported value: \""
                        + policy + "\": supported values: \"Foreground\", \"Background\", \"Orphan\", \"nil\"");
            }
            Long grace = Json.has(body, "gracePeriodSeconds") ? Json.number(body, 0, "gracePeriodSeconds") : null;
            if (grace == null && call.query().has("gracePeriodSeconds")) {
                grace = call.query().number("gracePeriodSeconds", 0);
            }
            return new Options(
                    grace,
                    policy,
                    Json.string(body, "preconditions", "uid"),
                    Json.string(body, "preconditions", "resourceVersion"));
        }
    }

    public Remover(Store store, Intake intake, InstantSource clock) {
        this.store = store;
        this.intake = intake;
        this.clock = clock;
    }

    public Outcome delete(Call call, Options options) {
        Resource resource = call.target().resource();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Stored existing = store.get(call.target().key());
            if (existing == null) {
                throw call.notFound();
            }
            check(call, options, existing);
            intake.delete(call, Conversion.served(resource, existing.object()));
            @Nullable ObjectNode next = dying(existing.object(), resource, options);
            if (next != null && next.equals(existing.object())) {
                return new Outcome(existing, false);
            }
            if (call.dryRun()) {
                return new Outcome(existing, next == null);
            }
            switch (store.write(new Write(existing.key(), existing.revision(), next))) {
                case Result.Done(Stored stored) -> {
                    return new Outcome(stored, next == null);
                }
                case Result.Missing _, Result.Exists _ -> throw call.notFound();
                case Result.Stale _ -> {}
            }
        }
        throw ApiException.staleWrite(
                resource.plural(), resource.group(), call.target().name());
    }

    private static void check(Call call, Options options, Stored existing) {
        String uid = Json.string(existing.object(), "metadata", "uid");
        if (!options.uid().isEmpty() && !options.uid().equals(uid)) {
            throw precondition(call, "UID", options.uid(), uid);
        }
        String revision = Json.string(existing.object(), "metadata", "resourceVersion");
        if (!options.revision().isEmpty() && !options.revision().equals(revision)) {
            throw precondition(call, "ResourceVersion", options.revision(), revision);
        }
    }

    private static ApiException precondition(Call call, String what, String wanted, String found) {
        Resource resource = call.target().resource();
        return ApiException.conflict(
                resource.plural(),
                resource.group(),
                call.target().name(),
                "Precondition failed: " + what + " in precondition: " + wanted + ", " + what + " in object meta: "
                        + found);
    }

    /** The object as it waits for its end; null when it can go at once. */
    private @Nullable ObjectNode dying(ObjectNode object, Resource resource, Options options) {
        ObjectNode next = object.deepCopy();
        ObjectNode metadata = Json.child(next, "metadata");
        List<String> finalizers = finalizers(metadata, options.policy());
        if (finalizers.isEmpty()) {
            metadata.remove("finalizers");
        } else {
            metadata.set("finalizers", Json.array(finalizers));
        }
        long grace = resource.is("pods") ? grace(object, options) : 0;
        boolean dyingAlready = metadata.has("deletionTimestamp");
        if (dyingAlready) {
            grace = Math.min(grace, Json.number(metadata, 0, "deletionGracePeriodSeconds"));
        }
        boolean sooner = grace < Json.number(metadata, -1, "deletionGracePeriodSeconds");
        if (!dyingAlready || sooner) {
            Instant end = clock.instant().truncatedTo(ChronoUnit.SECONDS).plusSeconds(grace);
            metadata.put("deletionTimestamp", DateTimeFormatter.ISO_INSTANT.format(end));
            metadata.set("deletionGracePeriodSeconds", Json.number(grace));
        }
        if (!dyingAlready && metadata.has("generation")) {
            metadata.set("generation", Json.number(Json.number(metadata, 0, "generation") + 1));
        }
        if (resource.is("namespaces")) {
            Json.child(next, "status").put("phase", "Terminating");
        }
        return Metadata.finished(next) ? null : next;
    }

    private static List<String> finalizers(ObjectNode metadata, String policy) {
        List<String> finalizers = new ArrayList<>(Json.strings(metadata, "finalizers"));
        if (!policy.isEmpty()) {
            finalizers.removeAll(List.of(ORPHAN, FOREGROUND));
        }
        switch (policy) {
            case "Orphan" -> finalizers.add(ORPHAN);
            case "Foreground" -> finalizers.add(FOREGROUND);
            default -> {}
        }
        return finalizers;
    }

    /** Seconds a pod gets; none if no node runs it or it has ended. */
    private static long grace(ObjectNode pod, Options options) {
        String phase = Json.string(pod, "status", "phase");
        if (Json.string(pod, "spec", "nodeName").isEmpty() || phase.equals("Succeeded") || phase.equals("Failed")) {
            return 0;
        }
        Long asked = options.grace();
        return asked != null ? Math.max(0, asked) : Json.number(pod, 30, "spec", "terminationGracePeriodSeconds");
    }
}
