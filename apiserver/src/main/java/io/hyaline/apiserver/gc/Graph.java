package io.hyaline.apiserver.gc;

import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.store.Change;
import io.hyaline.apiserver.store.Key;
import io.hyaline.apiserver.store.Stored;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Who owns whom, by uid. Owned by the collector's thread. */
final class Graph {
    private final Map<String, Key> live = new HashMap<>();
    private final Map<String, Set<Key>> dependents = new HashMap<>();

    void apply(Change change) {
        if (change.previous() != null) {
            remove(change.previous());
        }
        if (change.kind() != Change.Kind.DELETED) {
            add(change.current());
        }
    }

    void add(Stored stored) {
        live.put(uid(stored.object()), stored.key());
        for (String owner : owners(stored.object())) {
            dependents.computeIfAbsent(owner, _ -> new LinkedHashSet<>()).add(stored.key());
        }
    }

    private void remove(Stored stored) {
        live.remove(uid(stored.object()));
        for (String owner : owners(stored.object())) {
            Set<Key> keys = dependents.get(owner);
            if (keys != null && keys.remove(stored.key()) && keys.isEmpty()) {
                dependents.remove(owner);
            }
        }
    }

    void clear() {
        live.clear();
        dependents.clear();
    }

    /** Where the object with this uid is; null if it is gone. */
    @Nullable
    Key find(String uid) {
        return live.get(uid);
    }

    List<Key> dependents(String uid) {
        return new ArrayList<>(dependents.getOrDefault(uid, Set.of()));
    }

    static String uid(ObjectNode object) {
        return Json.string(object, "metadata", "uid");
    }

    static List<ObjectNode> references(ObjectNode object) {
        return Json.objects(object, "metadata", "ownerReferences");
    }

    static List<String> owners(ObjectNode object) {
        return references(object).stream()
                .map(owner -> Json.string(owner, "uid"))
                .toList();
    }
}
