package io.hyaline.apiserver.admission;

import io.hyaline.apiserver.json.Document;
import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.patch.JsonPatch;
import io.hyaline.apiserver.patch.PatchException;
import io.hyaline.apiserver.resource.Catalog;
import io.hyaline.apiserver.resource.Conversion;
import io.hyaline.apiserver.resource.Resource;
import io.hyaline.apiserver.status.ApiException;
import io.hyaline.apiserver.store.Store;
import io.hyaline.apiserver.store.Stored;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Calls the webhooks that are registered for what is about to happen. */
public final class Webhooks {
    private static final Logger LOG = LoggerFactory.getLogger(Webhooks.class);
    private static final String GROUP = ".admissionregistration.k8s.io";

    private final Store store;
    private final Catalog catalog;
    private final HttpsPost post = new HttpsPost();

    public Webhooks(Store store, Catalog catalog) {
        this.store = store;
        this.catalog = catalog;
    }

    /** Lets mutating webhooks change the object; true when one did. */
    public boolean mutate(Attributes attributes) {
        ObjectNode object = attributes.object();
        if (object == null) {
            registered("mutatingwebhookconfigurations", attributes).forEach(webhook -> call(webhook, attributes));
            return false;
        }
        ObjectNode original = object.deepCopy();
        List<Webhook> again = new ArrayList<>();
        List<ObjectNode> seen = new ArrayList<>();
        for (Webhook webhook : registered("mutatingwebhookconfigurations", attributes)) {
            call(webhook, attributes);
            if (webhook.reinvoked()) {
                again.add(webhook);
                seen.add(object.deepCopy());
            }
        }
        for (int i = 0; i < again.size(); i++) {
            if (!seen.get(i).equals(object)) {
                call(again.get(i), attributes);
            }
        }
        return !original.equals(object);
    }

    /** Asks validating webhooks; throws when one denies. */
    public void validate(Attributes attributes) {
        registered("validatingwebhookconfigurations", attributes).forEach(webhook -> call(webhook, attributes));
    }

    private List<Webhook> registered(String plural, Attributes attributes) {
        List<Webhook> found = new ArrayList<>();
        // Configurations are out of reach for webhooks, or a broken one could never be repaired.
        if (!attributes.resource().group().equals(GROUP.substring(1))) {
            for (Stored configuration : store.list(plural + GROUP, "").objects()) {
                Json.objects(configuration.object(), "webhooks").forEach(webhook -> found.add(new Webhook(webhook)));
            }
        }
        return found;
    }

    private void call(Webhook webhook, Attributes attributes) {
        Resource seen = webhook.wants(attributes, catalog, store);
        if (seen == null) {
            return;
        }
        if (attributes.dryRun() && !webhook.withoutSideEffects()) {
            throw ApiException.badRequest("admission webhook \"" + webhook.name() + "\" does not support dry run");
        }
        try {
            take(webhook, attributes, seen, ask(webhook, attributes, seen));
        } catch (WebhookException e) {
            String message = "failed calling webhook \"" + webhook.name() + "\": " + e.getMessage();
            if (!webhook.ignoresFailure()) {
                throw ApiException.internal(message);
            }
            LOG.warn("{}; ignored as its failurePolicy says", message);
        }
    }

    private JsonNode ask(Webhook webhook, Attributes attributes, Resource seen) throws WebhookException {
        String uid = UUID.randomUUID().toString();
        Destination to = Destination.of(webhook.clientConfig(), store);
        String where = "failed to call webhook: Post \"" + to.url() + "?timeout="
                + webhook.timeout().toSeconds() + "s\": ";
        byte[] body = Json.bytes(Review.of(attributes, seen, uid));
        HttpsPost.Answer answer;
        try {
            answer = post.send(to, Json.string(webhook.clientConfig(), "caBundle"), body, webhook.timeout());
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new WebhookException(where + e.getMessage());
        }
        if (answer.code() != 200) {
            throw new WebhookException(where + "the server answered " + answer.code());
        }
        try {
            JsonNode response = Document.json(answer.body()).node().path("response");
            if (!Json.string(response, "uid").equals(uid)) {
                throw new WebhookException(
                        "expected response.uid=\"" + uid + "\", got \"" + Json.string(response, "uid") + "\"");
            }
            return response;
        } catch (IllegalArgumentException e) {
            throw new WebhookException("the answer is no AdmissionReview: " + e.getMessage());
        }
    }

    private static void take(Webhook webhook, Attributes attributes, Resource seen, JsonNode response)
            throws WebhookException {
        Json.strings(response, "warnings").forEach(attributes.warnings()::add);
        if (!Json.truth(response, "allowed")) {
            throw denied(webhook, response.path("status"));
        }
        String patch = Json.string(response, "patch");
        ObjectNode object = attributes.object();
        if (patch.isEmpty() || object == null) {
            return;
        }
        ObjectNode patched = patch(attributes.resource(), seen, object, patch);
        object.removeAll();
        object.setAll(patched);
    }

    private static ObjectNode patch(Resource resource, Resource seen, ObjectNode object, String patch)
            throws WebhookException {
        try {
            JsonNode steps =
                    Document.json(java.util.Base64.getDecoder().decode(patch)).node();
            ObjectNode shown = Review.convert(resource, seen, object);
            if (JsonPatch.apply(shown, steps) instanceof ObjectNode patched) {
                return Review.convert(seen, resource, patched);
            }
            throw new WebhookException("its patch makes something that is no object");
        } catch (PatchException | IllegalArgumentException e) {
            throw new WebhookException("its patch does not work: " + e.getMessage());
        }
    }

    private static ApiException denied(Webhook webhook, JsonNode status) {
        String message = Json.string(status, "message");
        String reason = Json.string(status, "reason");
        String text = "admission webhook \"" + webhook.name() + "\" denied the request"
                + (!message.isEmpty() ? ": " + message : !reason.isEmpty() ? ": " + reason : " without explanation");
        int code = (int) Json.number(status, 0, "code");
        return ApiException.of(code >= 400 && code < 600 ? code : 400, reason, text);
    }

    /** The question that a webhook gets. */
    private static final class Review {
        static ObjectNode of(Attributes attributes, Resource seen, String uid) {
            ObjectNode review = Json.object().put("kind", "AdmissionReview").put("apiVersion", "admission.k8s.io/v1");
            ObjectNode request = review.putObject("request").put("uid", uid);
            request.set("kind", kind(seen));
            request.set("resource", resource(seen));
            request.set("requestKind", kind(attributes.resource()));
            request.set("requestResource", resource(attributes.resource()));
            if (!attributes.subresource().isEmpty()) {
                request.put("subResource", attributes.subresource())
                        .put("requestSubResource", attributes.subresource());
            }
            if (!attributes.name().isEmpty()) {
                request.put("name", attributes.name());
            }
            if (!attributes.namespace().isEmpty()) {
                request.put("namespace", attributes.namespace());
            }
            request.put("operation", attributes.operation().name())
                    .set("userInfo", attributes.user().json());
            put(request, "object", attributes, seen, attributes.object());
            put(request, "oldObject", attributes, seen, attributes.old());
            request.put("dryRun", attributes.dryRun());
            String options = switch (attributes.operation()) {
                case CREATE -> "CreateOptions";
                case UPDATE -> "UpdateOptions";
                case DELETE -> "DeleteOptions";
            };
            request.putObject("options").put("kind", options).put("apiVersion", "meta.k8s.io/v1");
            return review;
        }

        private static void put(
                ObjectNode request, String field, Attributes attributes, Resource seen, @Nullable ObjectNode object) {
            if (object == null) {
                request.putNull(field);
            } else {
                request.set(field, convert(attributes.resource(), seen, object));
            }
        }

        static ObjectNode convert(Resource from, Resource to, ObjectNode object) {
            return from.version().equals(to.version())
                    ? object
                    : Conversion.served(to, Conversion.stored(from, object));
        }

        private static ObjectNode kind(Resource resource) {
            return Json.object()
                    .put("group", resource.group())
                    .put("version", resource.version().version())
                    .put("kind", resource.kind());
        }

        private static ObjectNode resource(Resource resource) {
            return Json.object()
                    .put("group", resource.group())
                    .put("version", resource.version().version())
                    .put("resource", resource.plural());
        }
    }
}
