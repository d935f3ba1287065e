package io.hyaline.apiserver.verb;

import io.hyaline.apiserver.http.Response;
import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.resource.Conversion;
import io.hyaline.apiserver.status.ApiException;
import io.hyaline.apiserver.store.Change;
import io.hyaline.apiserver.store.Store;
import io.hyaline.apiserver.store.Stored;
import io.hyaline.apiserver.store.Watch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import tools.jackson.databind.node.ObjectNode;

/** One watch: first what there is (if asked), then what happens, with bookmarks in between. */
final class WatchStream implements Response.Source {
    private static final long BOOKMARK_MILLIS = 60_000;

    private final Store store;
    private final Watch watch;
    private final View view;
    private final Predicate<ObjectNode> selection;
    private final Options options;

    /**
     * @param initial objects to begin with
     * @param initialEnd revision of a bookmark that ends them; 0 for no such bookmark
     */
    record Options(List<Stored> initial, long initialEnd, boolean bookmarks, long timeoutMillis) {}

    WatchStream(Store store, Watch watch, View view, Predicate<ObjectNode> selection, Options options) {
        this.store = store;
        this.watch = watch;
        this.view = view;
        this.selection = selection;
        this.options = options;
    }

    @Override
    public void cancel() {
        watch.close();
    }

    @Override
    public void run(Response.Sink sink) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(options.timeoutMillis());
        if (!sendInitial(sink)) {
            return;
        }
        while (true) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0 || watch.over()) {
                break;
            }
            List<Change> changes = watch.take(Math.min(left, BOOKMARK_MILLIS));
            if (!(changes.isEmpty() ? sendBookmark(sink) : sendChanges(sink, changes))) {
                return;
            }
        }
        if (watch.overrun()) {
            sink.send(frame(
                    "ERROR",
                    Json.bytes(ApiException.gone("the watch was too slow; list again")
                            .status())));
        }
    }

    private boolean sendInitial(Response.Sink sink) throws InterruptedException {
        for (Stored stored : options.initial()) {
            if (!sink.send(frame("ADDED", view.one(stored)))) {
                return false;
            }
        }
        return options.initialEnd() == 0
                || sink.send(frame("BOOKMARK", Json.bytes(bookmark(options.initialEnd(), true))));
    }

    private boolean sendBookmark(Response.Sink sink) throws InterruptedException {
        if (!options.bookmarks() || watch.over()) {
            return true;
        }
        long revision = store.revision();
        List<Change> late = watch.take(0);
        return late.isEmpty()
                ? sink.send(frame("BOOKMARK", Json.bytes(bookmark(revision, false))))
                : sendChanges(sink, late);
    }

    private boolean sendChanges(Response.Sink sink, List<Change> changes) throws InterruptedException {
        List<byte[]> frames = new ArrayList<>();
        for (Change change : changes) {
            boolean was = change.previous() != null
                    && selection.test(change.previous().object());
            boolean is = change.kind() != Change.Kind.DELETED
                    && selection.test(change.current().object());
            if (is) {
                frames.add(frame(was ? "MODIFIED" : "ADDED", view.one(change.current())));
            } else if (was) {
                frames.add(frame("DELETED", view.one(change.current())));
            }
        }
        for (byte[] frame : frames) {
            if (!sink.send(frame)) {
                return false;
            }
        }
        return true;
    }

    private ObjectNode bookmark(long revision, boolean initialEnd) {
        ObjectNode object = Json.object()
                .put("kind", view.resource().kind())
                .put("apiVersion", view.resource().apiVersion());
        ObjectNode metadata = object.putObject("metadata").put("resourceVersion", Long.toString(revision));
        if (initialEnd) {
            metadata.putObject("annotations").put("k8s.io/initial-events-end", "true");
        }
        return view.tree(Conversion.served(view.resource(), object));
    }

    private static byte[] frame(String type, byte[] object) {
        ByteList text = new ByteList();
        text.add("{\"type\":\"" + type + "\",\"object\":");
        text.add(object, object.length);
        text.add("}\n");
        return text.bytes();
    }
}
