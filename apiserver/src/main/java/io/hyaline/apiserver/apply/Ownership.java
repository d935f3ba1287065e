package io.hyaline.apiserver.apply;

import io.hyaline.apiserver.schema.Schema;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Which fields a value has, and which differ between two values. */
final class Ownership {
    private Ownership() {}

    /** What changed between two states. */
    record Difference(FieldSet changed, FieldSet removed) {}

    static FieldSet fields(Schema schema, ObjectNode object) {
        FieldSet set = new FieldSet();
        add(schema, object, set);
        strip(set);
        return set;
    }

    /** Fields that belong to the server, not to a manager. */
    private static void strip(FieldSet set) {
        set.remove("apiVersion");
        set.remove("kind");
        for (String field : new String[] {
            "name",
            "namespace",
            "creationTimestamp",
            "selfLink",
            "uid",
            "generation",
            "managedFields",
            "resourceVersion",
            "deletionTimestamp",
            "deletionGracePeriodSeconds"
        }) {
            set.remove("metadata", field);
        }
        FieldSet metadata = set.child(FieldSet.field("metadata"));
        if (metadata != null && metadata.children().isEmpty()) {
            set.remove("metadata");
        }
    }

    private static void add(Schema schema, JsonNode value, FieldSet set) {
        Map<String, Typed.Child> children = Typed.children(schema, value);
        if (children == null || children.isEmpty()) {
            set.add();
            return;
        }
        children.forEach((element, child) -> {
            FieldSet below = set.below(element);
            if (child.own()) {
                below.add();
            }
            add(child.schema(), child.value(), below);
        });
    }

    static Difference difference(Schema schema, ObjectNode before, ObjectNode after) {
        Difference difference = new Difference(new FieldSet(), new FieldSet());
        compare(schema, before, after, difference.changed(), difference.removed());
        strip(difference.changed());
        strip(difference.removed());
        return difference;
    }

    private static void compare(Schema schema, JsonNode before, JsonNode after, FieldSet changed, FieldSet removed) {
        if (before.equals(after)) {
            return;
        }
        Map<String, Typed.Child> old = Typed.children(schema, before);
        Map<String, Typed.Child> now = Typed.children(schema, after);
        if (old == null || now == null) {
            add(schema, after, changed);
            return;
        }
        now.forEach((element, child) -> {
            Typed.Child was = old.get(element);
            if (was == null) {
                FieldSet below = changed.below(element);
                if (child.own()) {
                    below.add();
                }
                add(child.schema(), child.value(), below);
            } else {
                compare(child.schema(), was.value(), child.value(), changed.below(element), removed.below(element));
                prune(changed, element);
                prune(removed, element);
            }
        });
        old.forEach((element, child) -> {
            if (!now.containsKey(element)) {
                FieldSet below = removed.below(element);
                below.add();
                add(child.schema(), child.value(), below);
            }
        });
    }

    private static void prune(FieldSet set, String element) {
        FieldSet child = set.child(element);
        if (child != null && child.isEmpty()) {
            set.children().remove(element);
        }
    }
}
