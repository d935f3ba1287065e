package io.hyaline.proxy.node;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.hyaline.identity.SpiffeId;
import io.hyaline.proxy.secret.Identity;
import io.hyaline.proxy.subscribe.Target;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the node says about a pod whose sidecar it adds. */
record PodSpec(
        String id,
        String pod,
        Path netns,
        Path bootstrap,
        Path log,
        @Nullable Identity identity,
        Map<String, String> env) {

    /** @throws IllegalArgumentException naming the field that is missing or wrong */
    static PodSpec of(JsonObject request) {
        Map<String, String> env = new HashMap<>();
        if (request.has("env")) {
            for (Map.Entry<String, JsonElement> entry : object(request, "env").entrySet()) {
                env.put(entry.getKey(), entry.getValue().getAsString());
            }
        }
        return new PodSpec(
                text(request, "id"),
                text(request, "pod"),
                Path.of(text(request, "netns")),
                Path.of(text(request, "bootstrap")),
                Path.of(text(request, "log")),
                request.has("identity") ? identity(object(request, "identity")) : null,
                Map.copyOf(env));
    }

    private static Identity identity(JsonObject identity) {
        Path roots = Path.of(text(identity, "caRoot"));
        return new Identity(
                SpiffeId.ofServiceAccount(
                        text(identity, "trustDomain"), text(identity, "namespace"), text(identity, "serviceAccount")),
                Target.ofAddress(text(identity, "caAddress"), text(identity, "caName"), roots.toString()),
                roots,
                Path.of(text(identity, "token")));
    }

    static String text(JsonObject object, String field) {
        JsonElement value = object.get(field);
        if (value == null || !value.isJsonPrimitive() || value.getAsString().isEmpty()) {
            throw new IllegalArgumentException("field '" + field + "' is missing or no text");
        }
        return value.getAsString();
    }

    private static JsonObject object(JsonObject object, String field) {
        if (!object.get(field).isJsonObject()) {
            throw new IllegalArgumentException("field '" + field + "' is no object");
        }
        return object.getAsJsonObject(field);
    }
}
