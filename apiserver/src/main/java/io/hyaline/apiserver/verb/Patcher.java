package io.hyaline.apiserver.verb;

import io.hyaline.apiserver.json.Document;
import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.patch.JsonPatch;
import io.hyaline.apiserver.patch.MergePatch;
import io.hyaline.apiserver.patch.PatchException;
import io.hyaline.apiserver.patch.StrategicMerge;
import io.hyaline.apiserver.status.ApiException;
import io.hyaline.apiserver.store.Stored;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** patch, in its three plain forms. */
final class Patcher {
    static final String JSON_PATCH = "application/json-patch+json";
    static final String MERGE_PATCH = "application/merge-patch+json";
    static final String STRATEGIC_PATCH = "application/strategic-merge-patch+json";
    static final String APPLY = "application/apply-patch+yaml";

    private final Writer writer;

    Patcher(Writer writer) {
        this.writer = writer;
    }

    Stored patch(Call call) {
        String type = call.request().contentType();
        boolean custom = call.target().resource().custom() != null;
        if (!type.equals(JSON_PATCH) && !type.equals(MERGE_PATCH) && (custom || !type.equals(STRATEGIC_PATCH))) {
            throw Codec.unsupported(
                    String.join(", ", JSON_PATCH, MERGE_PATCH) + (custom ? "" : ", " + STRATEGIC_PATCH) + ", " + APPLY);
        }
        JsonNode patch = body(call);
        boolean pinned = !Json.string(patch, "metadata", "resourceVersion").isEmpty();
        return writer.update(call, pinned, current -> {
            ObjectNode next = apply(call, type, current, patch);
            Codec.patched(call, next, new String(call.request().body(), StandardCharsets.UTF_8));
            return next;
        });
    }

    /** The patched copy of a tree. */
    static ObjectNode apply(Call call, String type, ObjectNode current, JsonNode patch) {
        try {
            JsonNode next = switch (type) {
                case JSON_PATCH -> JsonPatch.apply(current, patch);
                case MERGE_PATCH -> MergePatch.apply(current, patch);
                default ->
                    StrategicMerge.apply(
                            current, patch, call.target().resource().schema());
            };
            if (next instanceof ObjectNode object) {
                return object;
            }
            throw ApiException.badRequest("the patch makes something that is no object");
        } catch (PatchException e) {
            throw e.malformed()
                    ? ApiException.badRequest("error decoding patch: " + e.text())
                    : ApiException.of(
                            422,
                            "Invalid",
                            "the server rejected our request due to an error in our request: " + e.text());
        }
    }

    static JsonNode body(Call call) {
        try {
            Document document = Document.json(call.request().body());
            return document.node();
        } catch (IllegalArgumentException e) {
            throw ApiException.badRequest("error decoding patch: " + e.getMessage());
        }
    }
}
