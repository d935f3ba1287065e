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
public final class Managers {
    private Managers() {}

    /**
     * Who writes.
     *
     * @param force whether an apply takes fields from others
     */
    public record Writer(String name, String subresource, String time, boolean force) {}

    /** A new object by an ordinary write: everything is the writer's. */
    public static void created(Resource resource, ObjectNode object, Writer writer) {
        FieldSet fields = Ownership.fields(resource.schema(), object);
        Manager.write(object, List.of(new Manager(identity(resource, writer, Manager.UPDATE), writer.time(), fields)));
    }

    /** An ordinary write: what changed becomes the writer's, whoever had it before. */
    public static void updated(Resource resource, ObjectNode object, ObjectNode old, Writer writer) {
        boolean said = object.path("metadata").has("managedFields");
        List<Manager> managers = Manager.read(said ? object : old);
        Ownership.Difference difference = Ownership.difference(resource.schema(), old, object);
        if (difference.changed().isEmpty() && difference.removed().isEmpty()) {
            Manager.write(object, managers);
            return;
        }
        Manager.Identity own = identity(resource, writer, Manager.UPDATE);
        FieldSet mine = new FieldSet();
        List<Manager> next = new ArrayList<>();
        for (Manager manager : managers) {
            FieldSet fields = manager.fields().copy();
            fields.removeAll(difference.removed());
            if (manager.identity().equals(own)) {
                mine.addAll(fields);
            } else {
                fields.removeAll(difference.changed());
                next.add(new Manager(manager.identity(), manager.time(), fields));
            }
        }
        mine.addAll(difference.changed());
        next.add(new Manager(own, writer.time(), mine));
        Manager.write(object, next);
    }

    /** A new object by apply: what it says is the applier's, what is filled in is nobody's. */
    public static void createdByApply(Resource resource, ObjectNode object, Writer writer) {
        FieldSet fields = said(resource, object, writer);
        Manager.write(object, List.of(new Manager(identity(resource, writer, Manager.APPLY), writer.time(), fields)));
    }

    /** The state after an apply; throws a conflict when it would change what others own. */
    public static ObjectNode apply(Resource resource, ObjectNode live, ObjectNode applied, Writer writer) {
        List<Manager> managers = Manager.read(live);
        Manager.Identity own = identity(resource, writer, Manager.APPLY);
        FieldSet said = said(resource, applied, writer);
        FieldSet before = new FieldSet();
        FieldSet others = new FieldSet();
        for (Manager manager : managers) {
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
        List<Manager> next = resolve(managers, own, difference, writer.force());
        next.add(new Manager(own, writer.time(), said));
        Manager.write(merged, next);
        return merged;
    }

    private static List<Manager> resolve(
            List<Manager> managers, Manager.Identity own, Ownership.Difference difference, boolean force) {
        List<Manager> next = new ArrayList<>();
        Map<String, List<String>> conflicts = new TreeMap<>();
        for (Manager manager : managers) {
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
            next.add(new Manager(manager.identity(), manager.time(), fields));
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

    private static Manager.Identity identity(Resource resource, Writer writer, String operation) {
        return new Manager.Identity(writer.name(), operation, resource.apiVersion(), writer.subresource());
    }
}
