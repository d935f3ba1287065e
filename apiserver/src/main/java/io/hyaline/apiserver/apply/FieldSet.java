package io.hyaline.apiserver.apply;

import io.hyaline.apiserver.json.Json;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A set of places in an object, as a tree of path elements: {@code f:name} for a field, {@code k:{...}} for a list item by
 * its keys, {@code v:value} for a value in a set. Its JSON form is fieldsV1.
 */
final class FieldSet {
    private static final String SELF = ".";

    private final Map<String, FieldSet> children = new TreeMap<>();
    private boolean member;

    static String field(String name) {
        return "f:" + name;
    }

    static String value(JsonNode value) {
        return "v:" + Json.print(value);
    }

    static String item(ObjectNode keys) {
        return "k:" + Json.print(keys);
    }

    /** Makes this place itself a member. */
    void add() {
        member = true;
    }

    boolean member() {
        return member;
    }

    boolean isEmpty() {
        return !member && children.isEmpty();
    }

    Map<String, FieldSet> children() {
        return children;
    }

    @Nullable
    FieldSet child(@Nullable String element) {
        return element == null ? null : children.get(element);
    }

    /** The set below an element, made when missing. */
    FieldSet below(String element) {
        return children.computeIfAbsent(element, _ -> new FieldSet());
    }

    void addAll(FieldSet other) {
        member |= other.member;
        other.children.forEach((element, child) -> below(element).addAll(child));
    }

    void removeAll(FieldSet other) {
        if (other.member) {
            member = false;
        }
        for (Iterator<Map.Entry<String, FieldSet>> all = children.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<String, FieldSet> entry = all.next();
            FieldSet gone = other.children.get(entry.getKey());
            if (gone != null) {
                entry.getValue().removeAll(gone);
            }
            if (entry.getValue().isEmpty()) {
                all.remove();
            }
        }
    }

    /** Takes out a place with all that is below it. */
    void remove(String... path) {
        FieldSet here = this;
        for (int i = 0; i < path.length - 1; i++) {
            FieldSet next = here.children.get(field(path[i]));
            if (next == null) {
                return;
            }
            here = next;
        }
        here.children.remove(field(path[path.length - 1]));
    }

    FieldSet intersection(FieldSet other) {
        return combine(other, (mine, its) -> mine && its);
    }

    FieldSet copy() {
        FieldSet copy = new FieldSet();
        copy.addAll(this);
        return copy;
    }

    private FieldSet combine(FieldSet other, BiFunction<Boolean, Boolean, Boolean> rule) {
        FieldSet result = new FieldSet();
        result.member = rule.apply(member, other.member);
        children.forEach((element, child) -> {
            FieldSet its = other.children.get(element);
            if (its != null) {
                FieldSet both = child.combine(its, rule);
                if (!both.isEmpty()) {
                    result.children.put(element, both);
                }
            }
        });
        return result;
    }

    ObjectNode json() {
        ObjectNode json = Json.object();
        children.forEach((element, child) -> {
            ObjectNode below = child.json();
            if (child.member && !child.children.isEmpty()) {
                ObjectNode withSelf = Json.object();
                withSelf.putObject(SELF);
                withSelf.setAll(below);
                below = withSelf;
            }
            json.set(element, below);
        });
        return json;
    }

    static FieldSet of(JsonNode json) {
        FieldSet set = new FieldSet();
        for (Map.Entry<String, JsonNode> entry : json.properties()) {
            if (entry.getKey().equals(SELF)) {
                set.member = true;
            } else {
                FieldSet child = of(entry.getValue());
                child.member |= entry.getValue().isEmpty();
                set.children.put(entry.getKey(), child);
            }
        }
        return set;
    }

    /** The members as people write them: {@code .spec.containers[name="a"].image}. */
    List<String> paths() {
        List<String> paths = new ArrayList<>();
        collect("", paths);
        return paths;
    }

    private void collect(String path, List<String> paths) {
        if (member) {
            paths.add(path);
        }
        children.forEach((element, child) -> child.collect(path + readable(element), paths));
    }

    private static String readable(String element) {
        String rest = element.substring(2);
        return switch (element.charAt(0)) {
            case 'k' -> {
                List<String> keys = new ArrayList<>();
                Json.parse(rest).forEachEntry((key, value) -> keys.add(key + "=" + Json.print(value)));
                yield "[" + String.join(",", keys) + "]";
            }
            case 'v' -> "[=" + rest + "]";
            default -> "." + rest;
        };
    }
}
