package io.hyaline.inject;

import io.fabric8.zjsonpatch.JsonDiff;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One question of an API server and its answer, as bytes; whatever is wrong becomes an answer that says so. */
final class AdmissionReview {

    private static final String VERSION = "admission.k8s.io/v1";

    private final Injector injector;

    AdmissionReview(Injector injector) {
        this.injector = injector;
    }

    /** @throws InjectException when the bytes are no review at all, so that there is nobody to answer */
    byte[] answer(byte[] body) {
        JsonNode review = read(body);
        if (!(review.path("request") instanceof ObjectNode request)) {
            throw new InjectException("not an AdmissionReview: it has no request");
        }
        if (!Tree.text(review, "apiVersion").equals(VERSION)) {
            throw new InjectException("AdmissionReview of version " + Tree.text(review, "apiVersion")
                    + " is not understood; list v1 in admissionReviewVersions");
        }
        ObjectNode response = Tree.object("uid", Tree.text(request, "uid"));
        try {
            ObjectNode before = pod(request);
            String patch = patch(before, Tree.text(request, "namespace"));
            response.put("allowed", true);
            if (patch != null) {
                response.put("patchType", "JSONPatch")
                        .put("patch", Base64.getEncoder().encodeToString(patch.getBytes(StandardCharsets.UTF_8)));
            }
        } catch (InjectException e) {
            response.put("allowed", false)
                    .set("status", Tree.object("code", 400, "message", "no sidecar: " + e.getMessage()));
        }
        ObjectNode answer = Tree.object("apiVersion", VERSION, "kind", "AdmissionReview");
        return answer.set("response", response).toString().getBytes(StandardCharsets.UTF_8);
    }

    private static JsonNode read(byte[] body) {
        try {
            return Tree.MAPPER.readTree(body);
        } catch (JacksonException e) {
            throw new InjectException("not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static ObjectNode pod(ObjectNode request) {
        String kind = Tree.text(request.path("kind"), "kind");
        if (!kind.equals("Pod")) {
            throw new InjectException("asked about a " + kind + "; the webhook's rules must list pods only");
        }
        if (request.path("object") instanceof ObjectNode pod) {
            return pod;
        }
        throw new InjectException("the request has no object");
    }

    private @Nullable String patch(ObjectNode before, String namespace) {
        ObjectNode after = injector.inject(before, namespace.isEmpty() ? "default" : namespace);
        JsonNode patch = JsonDiff.asJson(before, after);
        return patch.isEmpty() ? null : patch.toString();
    }
}
