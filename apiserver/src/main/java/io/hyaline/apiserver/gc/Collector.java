package io.hyaline.apiserver.gc;

import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.store.Change;
import io.hyaline.apiserver.store.CompactedException;
import io.hyaline.apiserver.store.Key;
import io.hyaline.apiserver.store.Store;
import io.hyaline.apiserver.store.Stored;
import io.hyaline.apiserver.store.Watch;
import io.hyaline.apiserver.verb.Remover;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Follows all changes and brings to an end what deletions have begun. One thread. */
final class Collector implements Runnable {
    /** Keeps a CustomResourceDefinition until its objects are gone. */
    static final String DEFINITION_FINALIZER = "customresourcecleanup.apiextensions.k8s.io";

    private static final String NAMESPACES = "namespaces";
    private static final String DEFINITIONS = "customresourcedefinitions.apiextensions.k8s.io";
    private static final int CAPACITY = 50_000;
    private static final long RETRY_MILLIS = 1000;

    private final Store store;
    private final Hand hand;
    private final Graph graph = new Graph();
    private final Set<Key> pending = new LinkedHashSet<>();

    Collector(Store store, Hand hand) {
        this.store = store;
        this.hand = hand;
    }

    @Override
    public void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try (Watch watch = store.watch("", "", store.revision(), CAPACITY)) {
                readAll();
                follow(watch);
            } catch (CompactedException e) {
                throw new IllegalStateException("a watch from now on is never too late", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** After a start, or after falling behind. */
    private void readAll() {
        graph.clear();
        pending.clear();
        for (String storage : hand.storages()) {
            hand.all(storage, "").forEach(graph::add);
        }
        for (String storage : hand.storages()) {
            hand.all(storage, "").forEach(stored -> pending.add(stored.key()));
        }
    }

    private void follow(Watch watch) throws InterruptedException {
        while (!watch.over()) {
            settle();
            List<Change> changes = watch.take(pending.isEmpty() ? Long.MAX_VALUE / 2_000_000 : RETRY_MILLIS);
            for (Change change : changes) {
                graph.apply(change);
                note(change);
            }
        }
    }

    /** Remembers what a change may have consequences for. */
    private void note(Change change) {
        ObjectNode object = change.current().object();
        if (change.kind() != Change.Kind.DELETED) {
            pending.add(change.key());
            return;
        }
        pending.addAll(graph.dependents(Graph.uid(object)));
        for (String owner : Graph.owners(object)) {
            Key key = graph.find(owner);
            if (key != null) {
                pending.add(key);
            }
        }
        if (!change.key().namespace().isEmpty()) {
            pending.add(new Key(NAMESPACES, "", change.key().namespace()));
        }
        pending.add(new Key(DEFINITIONS, "", change.key().storage()));
    }

    private void settle() {
        for (Key key : new ArrayList<>(pending)) {
            ObjectNode object = hand.object(key);
            if (object == null || settle(key, object)) {
                pending.remove(key);
            }
        }
    }

    /** False when something has to be tried again. */
    private boolean settle(Key key, ObjectNode object) {
        boolean dying = Json.has(object, "metadata", "deletionTimestamp");
        if (!dying) {
            return ownersGone(key, object);
        }
        List<String> finalizers = Json.strings(object, "metadata", "finalizers");
        boolean done = true;
        if (finalizers.contains(Remover.ORPHAN)) {
            done &= orphan(key, object);
        }
        if (finalizers.contains(Remover.FOREGROUND)) {
            done &= foreground(key, object);
        }
        if (key.storage().equals(NAMESPACES)) {
            done &= emptyNamespace(key);
        }
        if (finalizers.contains(DEFINITION_FINALIZER)) {
            done &= emptyDefinition(key);
        }
        return done;
    }

    /** Deletes an object whose owners are all gone; takes out references to those that are. */
    private boolean ownersGone(Key key, ObjectNode object) {
        List<ObjectNode> references = Graph.references(object);
        List<String> gone = new ArrayList<>();
        int solid = 0;
        for (ObjectNode reference : references) {
            Key owner = graph.find(Json.string(reference, "uid"));
            if (owner == null) {
                if (hand.known(Json.string(reference, "apiVersion"), Json.string(reference, "kind"))) {
                    gone.add(Json.string(reference, "uid"));
                } else {
                    solid++; // nobody can say whether an owner of an unknown kind exists
                }
            } else if (!waitsForDependents(owner)) {
                solid++;
            }
        }
        if (references.isEmpty() || solid == references.size()) {
            return true;
        }
        if (solid == 0) {
            boolean waiting = gone.size() < references.size();
            String policy = waiting && !graph.dependents(Graph.uid(object)).isEmpty() ? "Foreground" : "Background";
            return hand.delete(key, Graph.uid(object), policy);
        }
        return gone.isEmpty() || dropReferences(key, gone);
    }

    private boolean waitsForDependents(Key owner) {
        ObjectNode object = hand.object(owner);
        return object != null
                && Json.has(object, "metadata", "deletionTimestamp")
                && Json.strings(object, "metadata", "finalizers").contains(Remover.FOREGROUND);
    }

    private boolean dropReferences(Key key, List<String> uids) {
        return hand.edit(key, "", object -> {
            var kept = Json.array();
            for (ObjectNode reference : Graph.references(object)) {
                if (!uids.contains(Json.string(reference, "uid"))) {
                    kept.add(reference);
                }
            }
            Json.child(object, "metadata").set("ownerReferences", kept);
            return object;
        });
    }

    private boolean orphan(Key key, ObjectNode object) {
        boolean done = true;
        for (Key dependent : graph.dependents(Graph.uid(object))) {
            done &= dropReferences(dependent, List.of(Graph.uid(object)));
        }
        return done && hand.dropFinalizer(key, Remover.ORPHAN);
    }

    /** Waits for the dependents that block, and asks all to go. */
    private boolean foreground(Key key, ObjectNode object) {
        boolean blocked = false;
        boolean done = true;
        for (Key dependentKey : graph.dependents(Graph.uid(object))) {
            ObjectNode dependent = hand.object(dependentKey);
            if (dependent == null) {
                continue;
            }
            for (ObjectNode reference : Graph.references(dependent)) {
                blocked |= Json.string(reference, "uid").equals(Graph.uid(object))
                        && Json.truth(reference, "blockOwnerDeletion");
            }
            if (!Json.has(dependent, "metadata", "deletionTimestamp")) {
                done &= ownersGone(dependentKey, dependent);
            }
        }
        return blocked ? done : done && hand.dropFinalizer(key, Remover.FOREGROUND);
    }

    private boolean emptyNamespace(Key key) {
        boolean empty = true;
        boolean done = true;
        for (String storage : hand.storages()) {
            for (Stored stored : hand.all(storage, key.name())) {
                empty = false;
                if (!Json.has(stored.object(), "metadata", "deletionTimestamp")) {
                    done &= hand.delete(stored.key(), Graph.uid(stored.object()), "Background");
                }
            }
        }
        if (!empty) {
            return done; // comes back when the last object is gone
        }
        return hand.edit(key, "finalize", namespace -> {
            var left = Json.array();
            for (JsonNode finalizer : Json.at(namespace, "spec", "finalizers").values()) {
                if (!finalizer.asString("").equals("kubernetes")) {
                    left.add(finalizer);
                }
            }
            Json.child(namespace, "spec").set("finalizers", left);
            return namespace;
        });
    }

    private boolean emptyDefinition(Key key) {
        boolean empty = true;
        boolean done = true;
        for (Stored stored : hand.all(key.name(), "")) {
            empty = false;
            if (!Json.has(stored.object(), "metadata", "deletionTimestamp")) {
                done &= hand.delete(stored.key(), Graph.uid(stored.object()), "Background");
            }
        }
        return empty ? hand.dropFinalizer(key, DEFINITION_FINALIZER) : done;
    }
}
