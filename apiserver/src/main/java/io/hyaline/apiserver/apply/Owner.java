package io.hyaline.apiserver.apply;

import io.hyaline.apiserver.json.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Somebody who writes an object, and the fields that are theirs: an entry of managedFields. */
record Owner(Identity identity, String time, FieldSet fields) {
    static final String APPLY = "Apply";
    static final String UPDATE = "Update";
    private static final String OLD_CHANGES = "ancient-changes";
    private static final int MAX_UPDATERS = 10;

    record Identity(String name, String operation, String apiVersion, String subresource) {
        /** As it stands in a conflict. */
        String describe(String time) {
            String text = Json.print(Json.text(name));
            if (!subresource.isEmpty()) {
                text += " with subresource \"" + subresource + "\"";
            }
            if (operation.equals(UPDATE)) {
                text += " using " + apiVersion + (time.isEmpty() ? "" : " at " + time);
            }
            return text;
        }
    }

    static List<Owner> read(ObjectNode object) {
        List<Owner> managers = new ArrayList<>();
        for (ObjectNode entry : Json.objects(object, "metadata", "managedFields")) {
            if (!Json.string(entry, "operation").isEmpty()) {
                managers.add(new Owner(
                        new Identity(
                                Json.string(entry, "manager"),
                                Json.string(entry, "operation"),
                                Json.string(entry, "apiVersion"),
                                Json.string(entry, "subresource")),
                        Json.string(entry, "time"),
                        FieldSet.of(entry.path("fieldsV1"))));
            }
        }
        return managers;
    }

    /** Writes the entries; appliers first, then by time. Too many updaters become one. */
    static void write(ObjectNode object, List<Owner> managers) {
        List<Owner> sorted = new ArrayList<>(managers);
        sorted.removeIf(manager ->
                manager.fields().isEmpty() && manager.identity().operation().equals(UPDATE));
        sorted.sort(Comparator.comparing((Owner manager) -> manager.identity().operation())
                .thenComparing(Owner::time)
                .thenComparing(manager -> manager.identity().name()));
        long updaters = sorted.stream()
                .filter(one -> one.identity().operation().equals(UPDATE))
                .count();
        while (updaters-- > MAX_UPDATERS) {
            joinOldest(sorted);
        }
        ArrayNode list = Json.array();
        sorted.forEach(manager -> list.add(manager.json()));
        if (list.isEmpty()) {
            Json.child(object, "metadata").remove("managedFields");
        } else {
            Json.child(object, "metadata").set("managedFields", list);
        }
    }

    private static void joinOldest(List<Owner> sorted) {
        List<Owner> updaters = sorted.stream()
                .filter(one -> one.identity().operation().equals(UPDATE))
                .limit(2)
                .toList();
        FieldSet fields = updaters.getFirst().fields().copy();
        fields.addAll(updaters.getLast().fields());
        Identity identity =
                new Identity(OLD_CHANGES, UPDATE, updaters.getLast().identity().apiVersion(), "");
        int at = sorted.indexOf(updaters.getFirst());
        sorted.removeAll(updaters);
        sorted.add(at, new Owner(identity, updaters.getLast().time(), fields));
    }

    private ObjectNode json() {
        ObjectNode json = Json.object()
                .put("manager", identity.name())
                .put("operation", identity.operation())
                .put("apiVersion", identity.apiVersion());
        if (!time.isEmpty()) {
            json.put("time", time);
        }
        json.put("fieldsType", "FieldsV1").set("fieldsV1", fields.json());
        return identity.subresource().isEmpty() ? json : json.put("subresource", identity.subresource());
    }
}
