package io.hyaline.pilot.admit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.hyaline.pilot.fixture.Certificates;
import io.hyaline.pilot.fixture.GatewayMesh;
import io.hyaline.pilot.fixture.Objects;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class AdmissionTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String SERVICE = """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: o, namespace: default}
            spec: {%s}
            """;

    private final Newest newest = new Newest();
    private final Admission admission =
            new Admission(newest, "cluster.local", () -> Instant.parse("2026-11-23T12:00:00Z"));

    @Test
    void whatCannotBeUsedIsRefused() {
        JsonNode response = response(SERVICE.formatted("hosts: [a], http: [{timeout: soon, route: []}]"));
        assertThat(response.path("allowed").asBoolean()).isFalse();
        assertThat(response.path("uid").asString()).isEqualTo("u-1");
        assertThat(response.path("status").path("message").asString())
                .isEqualTo("configuration is invalid: 2 errors occurred:"
                        + "\n\t* spec.http[0]: HTTP route, redirect, directResponse or delegate is required"
                        + "\n\t* spec.http[0].timeout: invalid duration: soon: write it like 5s, 100ms or 1m30s\n");
    }

    @Test
    void whatRefersToNothingIsTakenWithAWarning() {
        newest.publish(GatewayMesh.httpDemo().snapshot());
        JsonNode response = response(SERVICE.formatted("hosts: [a], http: [{route: [{destination: {host: nobody}}]}]"));
        assertThat(response.path("allowed").asBoolean()).isTrue();
        assertThat(response.path("warnings").toString())
                .isEqualTo("[\"[IST0101] ReferencedResourceNotFound: Referenced host not found:"
                        + " \\\"nobody.default.svc.cluster.local\\\"\"]");
    }

    @Test
    void whatIsAppliedTogetherIsSeenTogether() {
        GatewayMesh mesh = GatewayMesh.httpDemo();
        newest.publish(mesh.snapshot());
        String service = "apiVersion: v1\nkind: Service\nmetadata: {name: nobody, namespace: default}\n"
                + "spec: {clusterIP: 10.96.0.99, ports: [{name: http, port: 80}]}";
        CompletableFuture.runAsync(() -> newest.publish(mesh.put(service).snapshot()));
        JsonNode response = response(SERVICE.formatted("hosts: [a], http: [{route: [{destination: {host: nobody}}]}]"));
        assertThat(response.has("warnings")).isFalse();
    }

    @Test
    void nothingIsMissedBeforeAnythingWasRead() {
        assertThat(response(SERVICE.formatted("hosts: [a], http: [{route: [{destination: {host: nobody}}]}]"))
                        .has("warnings"))
                .isFalse();
    }

    @Test
    void secretsAreWarnedOfAndNeverRefused() {
        String old = text(Certificates.of("a.b", Instant.parse("2020-01-01T00:00:00Z"), Duration.ofDays(10))
                .secret("istio-system", "s"));
        JsonNode response = answer(old);
        assertThat(response.path("allowed").asBoolean()).isTrue();
        assertThat(response.path("warnings").get(0).asString()).startsWith("the certificate expired at 2020-01-11");
        Certificates mixed = new Certificates(
                Certificates.of("a.b").certificate(), Certificates.of("c.d").key());
        assertThat(answer(text(mixed.secret("istio-system", "s")))
                        .path("warnings")
                        .get(0)
                        .asString())
                .isEqualTo("gateways cannot use this secret: tls.key is not the key of the certificate in tls.crt");
    }

    @Test
    void deletionsAreNoBusinessOfIts() {
        assertThat(answer("null").path("allowed").asBoolean()).isTrue();
    }

    @Test
    void somethingElseIsNoQuestion() {
        assertThatThrownBy(() -> admission.answer("{}".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no request");
        assertThatThrownBy(() -> admission.answer("{".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not JSON");
    }

    private JsonNode response(String yaml) {
        return answer(text(Objects.one(yaml)));
    }

    private static String text(HasMetadata object) {
        return new KubernetesSerialization().asJson(object);
    }

    private JsonNode answer(String object) {
        String review =
                "{\"apiVersion\": \"admission.k8s.io/v1\", \"kind\": \"AdmissionReview\", \"request\": {\"uid\": \"u-1\","
                        + " \"object\": " + object + "}}";
        return JSON.readTree(admission.answer(review.getBytes(StandardCharsets.UTF_8)))
                .path("response");
    }
}
