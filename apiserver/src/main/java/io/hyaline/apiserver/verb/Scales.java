package io.hyaline.apiserver.verb;

import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.resource.Companions;
import io.hyaline.apiserver.resource.Custom.ScalePaths;
import io.hyaline.apiserver.resource.Resource;
import io.hyaline.apiserver.status.ApiException;
import io.hyaline.apiserver.status.FieldError;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The scale subresource: a Scale object made from, and written back to, any kind that has replicas. */
final class Scales {
    private static final ScalePaths BUILT_IN = new ScalePaths(".spec.replicas", ".status.replicas", "");

    private final Writer writer;
    private final Resource scale;

    Scales(Writer writer, Companions companions) {
        this.writer = writer;
        this.scale = companions.scale();
    }

    ObjectNode read(Resource resource, ObjectNode object) {
        ObjectNode result = Json.object().put("kind", "Scale").put("apiVersion", "autoscaling/v1");
        ObjectNode metadata = result.putObject("metadata");
        for (String field : List.of("name", "namespace", "uid", "resourceVersion", "creationTimestamp")) {
            JsonNode value = Json.at(object, "metadata", field);
            if (!value.isMissingNode()) {
                metadata.set(field, value);
            }
        }
        ScalePaths paths = paths(resource);
        result.putObject("spec").set("replicas", Json.number(Json.number(object, 0, steps(paths.spec()))));
        ObjectNode status = result.putObject("status");
        status.set("replicas", Json.number(Json.number(object, 0, steps(paths.status()))));
        String selector = selector(resource, object, paths);
        if (!selector.isEmpty()) {
            status.put("selector", selector);
        }
        return result;
    }

    /** Writes replicas from a body: a whole Scale, or a patch of one. */
    ObjectNode write(Call call, boolean patch) {
        Resource resource = call.target().resource();
        Call scaleCall = call.at(
                new Target(scale, call.target().namespace(), call.target().name(), ""));
        @Nullable ObjectNode whole = patch ? null : Codec.object(scaleCall);
        JsonNode change = patch ? Patcher.body(call) : Json.object();
        boolean pinned = !Json.string(whole, "metadata", "resourceVersion").isEmpty();
        var stored = writer.update(call, pinned, current -> {
            ObjectNode wanted = whole != null
                    ? whole
                    : Patcher.apply(scaleCall, call.request().contentType(), read(resource, current), change);
            long replicas = Json.number(wanted, 0, "spec", "replicas");
            if (replicas < 0) {
                throw ApiException.invalid(
                        "Scale",
                        "autoscaling",
                        call.target().name(),
                        List.of(FieldError.invalid(
                                "spec.replicas", Json.number(replicas), "must be greater than or equal to 0")));
            }
            ObjectNode next = current.deepCopy();
            String[] path = steps(paths(resource).spec());
            ObjectNode parent = Json.child(next, java.util.Arrays.copyOf(path, path.length - 1));
            parent.set(path[path.length - 1], Json.number(replicas));
            Json.child(next, "metadata")
                    .set("resourceVersion", Json.text(Json.string(wanted, "metadata", "resourceVersion")));
            return next;
        });
        return read(resource, stored.object());
    }

    private static ScalePaths paths(Resource resource) {
        ScalePaths own = resource.custom() == null ? null : resource.custom().scale();
        return own == null ? BUILT_IN : own;
    }

    private static String selector(Resource resource, ObjectNode object, ScalePaths paths) {
        if (resource.custom() != null) {
            return paths.labelSelector().isEmpty() ? "" : Json.string(object, steps(paths.labelSelector()));
        }
        JsonNode selector = Json.at(object, "spec", "selector");
        JsonNode labels = selector.has("matchLabels") ? selector.path("matchLabels") : selector;
        return Json.map(labels).entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining(","));
    }

    private static String[] steps(String path) {
        return path.substring(1).split("\\.", -1);
    }
}
