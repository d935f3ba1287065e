package io.hyaline.apiserver.apply;

import io.hyaline.apiserver.resource.Resource;
import io.hyaline.apiserver.status.ApiException;
import io.hyaline.apiserver.status.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/** Keeps managedFields right when objects are written, and applies. Pure but for the objects that are handed in. */
public final class Owners {
    private Owners() {}

    /**
     * Who writes.
     *
     * @param force whether an apply takes fields from others
     */
    public record Writer(String name, String subresource, String time, boolean force) {}

    /** A new object by an ordinary write: everything is the writer's. */
    public static void created(Resource resource, ObjectNode object, Writer writer) {
        FieldSet fields = Ownership.fields(resource.schema(), object);
        Owner.write(object, List.of(new Owner(identity(resource, writer, Owner.UPDATE), writer.time(), fields)));
    }

    /** An ordinary write: what changed becomes the writer's, whoever had it before. */
    public static void updated(Resource resource, ObjectNode object, ObjectNode old, Writer writer) {
        boolean said = object.path("metadata").has("managedFields");
        List<Owner> managers = Owner.read(said ? object : old);
        Ownership.Difference difference = Ownership.difference(resource.schema(), old, object);
        if (difference.changed().isEmpty() && difference.removed().isEmpty()) {
            Owner.write(object, managers);
            return;
        }
        Owner.Identity own = identity(resource, writer, Owner.UPDATE);
        FieldSet mine = new FieldSet();
        List<Owner> next = new ArrayList<>();
        for (Owner manager : managers) {
            FieldSet fields = manager.fields().copy();
            fields.removeAll(difference.removed());
            if (manager.identity().equals(own)) {
                mine.addAll(fields);
            } else {
                fields.removeAll(difference.changed());
                next.add(new Owner(manager.identity(), manager.time(), fields));
            }
        }
        mine.addAll(difference.changed());
        next.add(new Owner(own, writer.time(), mine));
        Owner.write(object, next);
    }

    /** A new object by apply: what it says is the applier's, what is filled in is nobody's. */
    public static void createdByApply(Resource resource, ObjectNode object, Writer writer) {
        FieldSet fields = said(resource, object, writer);
        Owner.write(object, List.of(new Owner(identity(resource, writer, Owner.APPLY), writer.time(), fields)));
    }

    /** The state after an apply; throws a conflict when it would change what others own. */
    public static ObjectNode apply(Resource resource, ObjectNode live, ObjectNode applied, Writer writer) {
        List<Owner> managers = Owner.read(live);
        Owner.Identity own = identity(resource, writer, Owner.APPLY);
        FieldSet said = said(resource, applied, writer);
        FieldSet before = new FieldSet();
        FieldSet others = new FieldSet();
        for (Owner manager : managers) {
            (manager.identity().equals(own) ? before : others).addAll(manager.fields());
        }
        ObjectNode merged = TypedMerge.merge(resource.schema(), live, applied);
        FieldSet dropped = before.copy();
        dropped.removeAll(said);
        dropped.removeAll(others);
        FieldSet kept = others.copy();
        kept.addAll(said);
        TypedMerge.remove(resource.schema(), merged, dropped, kept);
        Ownership.Difference difference = Ownership.difference(resource.schema(), live, merged);
        List<Owner> next = resolve(managers, own, difference, writer.force());
        next.add(new Owner(own, writer.time(), said));
        Owner.write(merged, next);
        return merged;
    }

    private static List<Owner> resolve(
            List<Owner> managers, Owner.Identity own, Ownership.Difference difference, boolean force) {
        List<Owner> next = new ArrayList<>();
        Map<String, List<String>> conflicts = new TreeMap<>();
        for (Owner manager : managers) {
            if (manager.identity().equals(own)) {
                continue;
            }
            FieldSet contested = manager.fields().intersection(difference.changed());
            if (!contested.isEmpty()) {
                conflicts
                        .computeIfAbsent(manager.identity().describe(manager.time()), _ -> new ArrayList<>())
                        .addAll(contested.paths());
            }
            FieldSet fields = manager.fields().copy();
            fields.removeAll(contested);
            fields.removeAll(difference.removed());
            next.add(new Owner(manager.identity(), manager.time(), fields));
        }
        if (!conflicts.isEmpty() && !force) {
            throw conflict(conflicts);
        }
        return next;
    }

    private static ApiException conflict(Map<String, List<String>> conflicts) {
        List<FieldError> causes = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        conflicts.forEach((manager, paths) -> {
            paths.forEach(path -> causes.add(new FieldError("FieldManagerConflict", path, "conflict with " + manager)));
            text.append(text.isEmpty() ? "" : "\n").append(paths.size() == 1 ? "conflict with " : "conflicts with ");
            text.append(manager).append(paths.size() == 1 ? ": " + paths.getFirst() : ":");
            if (paths.size() > 1) {
                paths.forEach(path -> text.append("\n- ").append(path));
            }
        });
        return ApiException.applyConflict(
                "Apply failed with " + causes.size() + (causes.size() == 1 ? " conflict: " : " conflicts: ") + text,
                causes);
    }

    /** What an applied object says, without the part that the other endpoint owns. */
    private static FieldSet said(Resource resource, ObjectNode applied, Writer writer) {
        FieldSet said = Ownership.fields(resource.schema(), applied);
        if (resource.has("status") && writer.subresource().isEmpty()) {
            said.remove("status");
        }
        return said;
    }

    private static Owner.Identity identity(Resource resource, Writer writer, String operation) {
        return new Owner.Identity(writer.name(), operation, resource.apiVersion(), writer.subresource());
    }
}
