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

/**
 * What the node says about a pod whose sidecar it adds.
 *
 * @param netns null: this process is inside the pod
 * @param log null: access logs go to this process's own output
 * @param sds where a real Envoy, which carries the traffic in this process's place, asks for its certificate; null without
 *     one
 */
record PodSpec(
        String id,
        String pod,
        @Nullable Path netns,
        Path bootstrap,
        @Nullable Path log,
        @Nullable Path sds,
        @Nullable Identity identity,
        Map<String, String> env) {

    /**
     * A pod of the node.
     *
     * @throws IllegalArgumentException naming the field that is missing or wrong
     */
    static PodSpec ofNode(JsonObject request) {
        boolean envoy = request.has("sds");
        return of(
                request,
                Path.of(text(request, "netns")),
                envoy ? null : Path.of(text(request, "log")),
                envoy ? Path.of(text(request, "sds")) : null);
    }

    /**
     * The pod that this process is in.
     *
     * @throws IllegalArgumentException naming the field that is missing or wrong
     */
    static PodSpec ofOwn(JsonObject description) {
        return of(description, null, null, null);
    }

    private static PodSpec of(JsonObject request, @Nullable Path netns, @Nullable Path log, @Nullable Path sds) {
        Map<String, String> env = new HashMap<>();
        if (request.has("env")) {
            for (Map.Entry<String, JsonElement> entry : object(request, "env").entrySet()) {
                env.put(entry.getKey(), entry.getValue().getAsString());
            }
        }
        return new PodSpec(
                text(request, "id"),
                text(request, "pod"),
                netns,
                Path.of(text(request, "bootstrap")),
                log,
                sds,
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
