package io.hyaline.pilot.admit;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.hyaline.model.MeshSnapshot;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** One question of an API server and its answer, as bytes. */
public final class Admission {
    private static final JsonMapper JSON = new JsonMapper();
    private static final KubernetesSerialization OBJECTS = new KubernetesSerialization();
    private static final String VERSION = "admission.k8s.io/v1";

    /** What was applied just before is in the next snapshot at the latest, if there is one. */
    private static final Duration LONGEST_WAIT = Duration.ofMillis(250);

    /** More says nothing more to a person; API servers cut long lists off. */
    private static final int MOST_WARNINGS = 20;

    private final Newest newest;
    private final String clusterDomain;
    private final InstantSource clock;

    public Admission(Newest newest, String clusterDomain, InstantSource clock) {
        this.newest = newest;
        this.clusterDomain = clusterDomain;
        this.clock = clock;
    }

    /** @throws IllegalArgumentException when the bytes are no AdmissionReview, so that there is nobody to answer */
    public byte[] answer(byte[] review) {
        JsonNode question = read(review);
        JsonNode request = question.path("request");
        if (!request.isObject()) {
            throw new IllegalArgumentException("not an AdmissionReview: it has no request");
        }
        if (!question.path("apiVersion").asString("").equals(VERSION)) {
            throw new IllegalArgumentException(
                    "AdmissionReview of version " + question.path("apiVersion").asString("")
                            + " is not understood; list v1 in admissionReviewVersions");
        }
        Judgement judgement = judge(request.path("object"));
        ObjectNode answer = JSON.createObjectNode().put("apiVersion", VERSION).put("kind", "AdmissionReview");
        ObjectNode response = answer.putObject("response")
                .put("uid", request.path("uid").asString(""))
                .put("allowed", judgement.refusal().isEmpty());
        if (!judgement.refusal().isEmpty()) {
            response.putObject("status").put("message", judgement.refusal());
        }
        List<String> warnings = judgement.warnings();
        if (!warnings.isEmpty()) {
            ArrayNode list = response.putArray("warnings");
            warnings.stream().limit(MOST_WARNINGS).forEach(list::add);
        }
        return answer.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static JsonNode read(byte[] review) {
        try {
            return JSON.readTree(review);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private Judgement judge(JsonNode object) {
        boolean leaving = !object.isObject() || object.path("metadata").has("deletionTimestamp");
        if (leaving) {
            return Judgement.FINE;
        }
        String text = object.toString();
        if (object.path("kind").asString("").equals("Secret")) {
            return Judgement.of(OBJECTS.unmarshal(text, Secret.class), clock.instant());
        }
        GenericKubernetesResource custom = OBJECTS.unmarshal(text, GenericKubernetesResource.class);
        MeshSnapshot mesh = newest.get();
        Judgement first = Judgement.of(mesh, custom, clusterDomain);
        if (!first.dependent()) {
            return first;
        }
        MeshSnapshot next = newest.after(mesh, LONGEST_WAIT);
        return next.version() == mesh.version() ? first : Judgement.of(next, custom, clusterDomain);
    }
}
