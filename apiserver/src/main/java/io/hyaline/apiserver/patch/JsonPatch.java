package io.hyaline.apiserver.patch;

import io.hyaline.apiserver.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** JSON patch, RFC 6902, with bounds on the number of steps and on what copies may add. */
public final class JsonPatch {
    private static final int MAX_STEPS = 10_000;
    private static final long MAX_COPIED = 3L << 20;

    private JsonNode document;
    private long copied;

    private JsonPatch(JsonNode document) {
        this.document = document;
    }

    /** The patched copy; the inputs stay as they are. */
    public static JsonNode apply(JsonNode object, JsonNode patch) throws PatchException {
        if (!(patch instanceof ArrayNode steps)) {
            throw PatchException.malformed("a JSON patch is a list of operations");
        }
        if (steps.size() > MAX_STEPS) {
            throw PatchException.malformed("the allowed maximum operations in a JSON patch is " + MAX_STEPS);
        }
        JsonPatch run = new JsonPatch(object.deepCopy());
        for (JsonNode step : steps) {
            run.step(step);
        }
        return run.document;
    }

    private void step(JsonNode step) throws PatchException {
        String path = Json.string(step, "path");
        switch (Json.string(step, "op")) {
            case "add" -> add(path, value(step));
            case "remove" -> remove(path);
            case "replace" -> {
                if (!path.isEmpty()) {
                    remove(path);
                }
                add(path, value(step));
            }
            case "move" -> add(path, remove(Json.string(step, "from")));
            case "copy" -> {
                JsonNode from = find(Json.string(step, "from")).deepCopy();
                copied += Json.bytes(from).length;
                if (copied > MAX_COPIED) {
                    throw PatchException.malformed(
                            "copy operations of a JSON patch may add at most " + MAX_COPIED + " bytes");
                }
                add(path, from);
            }
            case "test" -> {
                if (!find(path).equals(value(step))) {
                    throw PatchException.unfit("testing value " + path + " failed: test failed");
                }
            }
            default -> throw PatchException.malformed("Unexpected kind: " + Json.string(step, "op"));
        }
    }

    private static JsonNode value(JsonNode step) throws PatchException {
        JsonNode value = step.get("value");
        if (value == null) {
            throw PatchException.malformed("operation " + Json.string(step, "op") + " needs a value");
        }
        return value.deepCopy();
    }

    private void add(String path, JsonNode value) throws PatchException {
        List<String> steps = steps(path);
        if (steps.isEmpty()) {
            document = value;
            return;
        }
        JsonNode parent = find(steps.subList(0, steps.size() - 1), path);
        String last = steps.getLast();
        switch (parent) {
            case ObjectNode object -> object.set(last, value);
            case ArrayNode array -> {
                if (last.equals("-")) {
                    array.add(value);
                } else {
                    array.insert(index(last, array.size(), path), value);
                }
            }
            default -> throw missing(path);
        }
    }

    private JsonNode remove(String path) throws PatchException {
        List<String> steps = steps(path);
        if (steps.isEmpty()) {
            throw PatchException.unfit("the whole document cannot be removed");
        }
        JsonNode parent = find(steps.subList(0, steps.size() - 1), path);
        @Nullable
        JsonNode removed = switch (parent) {
            case ObjectNode object -> object.remove(steps.getLast());
            case ArrayNode array -> array.remove(index(steps.getLast(), array.size() - 1, path));
            default -> null;
        };
        if (removed == null) {
            throw missing(path);
        }
        return removed;
    }

    private JsonNode find(String path) throws PatchException {
        return find(steps(path), path);
    }

    private JsonNode find(List<String> steps, String path) throws PatchException {
        JsonNode here = document;
        for (String step : steps) {
            JsonNode next =
                    here instanceof ArrayNode array ? array.get(index(step, array.size() - 1, path)) : here.get(step);
            if (next == null) {
                throw missing(path);
            }
            here = next;
        }
        return here;
    }

    private static List<String> steps(String path) throws PatchException {
        if (path.isEmpty()) {
            return List.of();
        }
        if (path.charAt(0) != '/') {
            throw PatchException.malformed("JSON pointer \"" + path + "\" must start with /");
        }
        List<String> steps = new ArrayList<>();
        for (String step : path.substring(1).split("/", -1)) {
            steps.add(step.replace("~1", "/").replace("~0", "~"));
        }
        return steps;
    }

    private static int index(String step, int last, String path) throws PatchException {
        try {
            int index = Integer.parseInt(step);
            if (index >= 0 && index <= last) {
                return index;
            }
        } catch (NumberFormatException e) {
            throw PatchException.unfit("\"" + step + "\" in path " + path + " is no list index");
        }
        throw PatchException.unfit("list index " + step + " in path " + path + " is out of bounds");
    }

    private static PatchException missing(String path) {
        return PatchException.unfit("the path " + path + " does not exist");
    }
}
