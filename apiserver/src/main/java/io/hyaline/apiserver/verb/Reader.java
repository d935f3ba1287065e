package io.hyaline.apiserver.verb;

import io.hyaline.apiserver.http.Response;
import io.hyaline.apiserver.http.Response.Answer;
import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.select.FieldSelector;
import io.hyaline.apiserver.select.LabelSelector;
import io.hyaline.apiserver.select.Selection;
import io.hyaline.apiserver.status.ApiException;
import io.hyaline.apiserver.store.CompactedException;
import io.hyaline.apiserver.store.Store;
import io.hyaline.apiserver.store.Store.Snapshot;
import io.hyaline.apiserver.store.Stored;
import io.hyaline.apiserver.store.Watch;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/** get, list and watch. */
public final class Reader {
    private static final int WATCH_CAPACITY = 2048;

    private final Store store;
    private final InstantSource clock;

    /** Where a list that was cut by its limit goes on. */
    private record Place(long revision, String namespace, String name) {
        String token() {
            ObjectNode json = Json.object()
                    .put("rv", Long.toString(revision))
                    .put("ns", namespace)
                    .put("name", name);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Json.bytes(json));
        }

        static Place of(String token) {
            try {
                ObjectNode json = Json.parse(Base64.getUrlDecoder().decode(token.getBytes(StandardCharsets.US_ASCII)));
                return new Place(
                        Long.parseLong(Json.string(json, "rv")), Json.string(json, "ns"), Json.string(json, "name"));
            } catch (IllegalArgumentException | JacksonException | ClassCastException e) {
                throw ApiException.badRequest("continue key is not valid: " + token);
            }
        }

        boolean before(Stored stored) {
            int order = namespace.compareTo(stored.key().namespace());
            return order < 0 || (order == 0 && name.compareTo(stored.key().name()) < 0);
        }
    }

    public Reader(Store store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    Response get(Call call) {
        Stored stored = store.get(call.target().key());
        if (stored == null) {
            throw call.notFound();
        }
        return new Answer(200, Response.JSON, View.of(call, clock).one(stored), List.of());
    }

    Response list(Call call) {
        Selection selection = selection(call);
        @Nullable
        Place from = call.query().get("continue").isEmpty()
                ? null
                : Place.of(call.query().get("continue"));
        Snapshot snapshot = snapshot(call, from);
        long limit = call.query().number("limit", 0);
        List<Stored> found = new ArrayList<>();
        int remaining = 0;
        for (Stored stored : snapshot.objects()) {
            if ((from == null || from.before(stored)) && selection.test(stored.object())) {
                if (limit > 0 && found.size() >= limit) {
                    remaining++;
                } else {
                    found.add(stored);
                }
            }
        }
        ObjectNode metadata = Json.object().put("resourceVersion", Long.toString(snapshot.revision()));
        if (remaining > 0) {
            Stored last = found.getLast();
            metadata.put(
                    "continue",
                    new Place(
                                    snapshot.revision(),
                                    last.key().namespace(),
                                    last.key().name())
                            .token());
            if (call.query().get("labelSelector").isEmpty()
                    && call.query().get("fieldSelector").isEmpty()) {
                metadata.put("remainingItemCount", remaining);
            }
        }
        byte[] body = View.of(call, clock).list(found, metadata);
        return new Answer(200, Response.JSON, body, List.of());
    }

    /** The objects that a list with the same parameters shows. */
    List<Stored> select(Call call) {
        Selection selection = selection(call);
        return store.list(call.target().resource().storage(), call.target().namespace()).objects().stream()
                .filter(stored -> selection.test(stored.object()))
                .toList();
    }

    private Snapshot snapshot(Call call, @Nullable Place from) {
        Target target = call.target();
        String storage = target.resource().storage();
        long asked = revision(call);
        try {
            if (from != null) {
                return store.listAt(storage, target.namespace(), from.revision());
            }
            if (asked > store.revision()) {
                throw ApiException.of(
                        504, "Timeout", "Too large resource version: " + asked + ", current: " + store.revision());
            }
            return call.query().get("resourceVersionMatch").equals("Exact")
                    ? store.listAt(storage, target.namespace(), asked)
                    : store.list(storage, target.namespace());
        } catch (CompactedException e) {
            throw ApiException.gone(
                    from == null
                            ? "The resourceVersion for the provided list is too old."
                            : "The provided continue parameter is too old to display a consistent list result."
                                    + " You must start a new list without the continue parameter.");
        }
    }

    private static long revision(Call call) {
        String text = call.query().get("resourceVersion");
        try {
            return text.isEmpty() ? 0 : Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw ApiException.of(
                    400,
                    "BadRequest",
                    "resourceVersion: Invalid value: \"" + text + "\": strconv.ParseUint: parsing \"" + text
                            + "\": invalid syntax");
        }
    }

    private Selection selection(Call call) {
        FieldSelector fields = FieldSelector.parse(
                call.target().resource().storage(), call.query().get("fieldSelector"));
        if (!call.target().name().isEmpty()) {
            List<FieldSelector.Requirement> more = new ArrayList<>(fields.requirements());
            more.add(new FieldSelector.Requirement(
                    "metadata.name", true, call.target().name()));
            fields = new FieldSelector(more);
        }
        return new Selection(LabelSelector.parse(call.query().get("labelSelector")), fields);
    }

    Response watch(Call call) {
        Selection selection = selection(call);
        View view = View.of(call, clock);
        String storage = call.target().resource().storage();
        String namespace = call.target().namespace();
        long since = revision(call);
        boolean wantsInitial = call.query().truth("sendInitialEvents");
        boolean initial = call.query().has("sendInitialEvents") ? wantsInitial : since == 0;
        try {
            if (since > store.revision()) {
                return expired("too large resource version: " + since + ", current: " + store.revision());
            }
            List<Stored> first = List.of();
            if (initial) {
                Snapshot snapshot = store.list(storage, namespace);
                since = snapshot.revision();
                first = snapshot.objects().stream()
                        .filter(stored -> selection.test(stored.object()))
                        .toList();
            } else if (since == 0) {
                since = store.revision();
            }
            Watch watch = store.watch(storage, namespace, since, WATCH_CAPACITY);
            var options = new WatchStream.Options(
                    first, wantsInitial ? since : 0, call.query().truth("allowWatchBookmarks"), timeout(call));
            return new Response.Stream(Response.JSON, new WatchStream(store, watch, view, selection, options));
        } catch (CompactedException e) {
            return expired(String.valueOf(e.getMessage()));
        }
    }

    private static Response expired(String message) {
        return new Response.Stream(Response.JSON, new Expired(message));
    }

    private static long timeout(Call call) {
        long seconds = call.query().number("timeoutSeconds", 0);
        return 1000 * (seconds > 0 ? seconds : ThreadLocalRandom.current().nextLong(1800, 3600));
    }

    /** A watch that cannot begin where the client wants: one event that says so. */
    private record Expired(String message) implements Response.Source {
        @Override
        public void run(Response.Sink sink) throws InterruptedException {
            ObjectNode event = Json.object().put("type", "ERROR");
            event.set("object", ApiException.gone(message).status());
            sink.send((Json.print(event) + "\n").getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public void cancel() {}
    }
}
