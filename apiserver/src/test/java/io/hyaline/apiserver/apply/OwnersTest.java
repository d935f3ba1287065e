package io.hyaline.apiserver.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.json.Yaml;
import io.hyaline.apiserver.resource.Catalog;
import io.hyaline.apiserver.resource.GroupVersion;
import io.hyaline.apiserver.resource.Resource;
import io.hyaline.apiserver.schema.ModelSchemas;
import io.hyaline.apiserver.status.ApiException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

final class OwnersTest {
    private static final Catalog CATALOG = new Catalog(new ModelSchemas());
    private static final Resource DEPLOYMENTS = CATALOG.find(new GroupVersion("apps", "v1"), "deployments");
    private static final Resource SERVICES = CATALOG.find(new GroupVersion("", "v1"), "services");

    @Test
    void fieldsOfAnObjectFollowItsListKeys() {
        FieldSet fields = Ownership.fields(
                SERVICES.schema(), yaml("{metadata: {name: s, labels: {a: b}}, spec: {ports: [{port: 80, name: x}]}}"));
        assertThat(Json.print(fields.json())).isEqualTo("""
                {"f:metadata":{"f:labels":{"f:a":{}}},"f:spec":{"f:ports":\
                {"k:{\\"port\\":80,\\"protocol\\":\\"TCP\\"}":{".":{},"f:name":{},"f:port":{}}}}}""");
        assertThat(FieldSet.of(fields.json()).json()).isEqualTo(fields.json());
    }

    @Test
    void applyOfAnOwnedFieldIsAConflictThatNamesItsManager() {
        ObjectNode live = created("helm", "{spec: {replicas: 3, paused: true}}");
        assertThatThrownBy(() -> apply(live, "{spec: {replicas: 5}}", "me", false))
                .isInstanceOfSatisfying(ApiException.class, e -> {
                    assertThat(e.code()).isEqualTo(409);
                    assertThat(e.text())
                            .isEqualTo("Apply failed with 1 conflict: conflict with \"helm\" using apps/v1 at"
                                    + " 2026-01-01T00:00:00Z: .spec.replicas");
                });
    }

    @Test
    void sameValueIsSharedWithoutConflict() {
        ObjectNode shared = apply(created("helm", "{spec: {replicas: 3}}"), "{spec: {replicas: 3}}", "me", false);
        assertThat(managers(shared)).containsExactly("me Apply", "helm Update");
    }

    @Test
    void forceTakesTheField() {
        ObjectNode taken = apply(created("helm", "{spec: {replicas: 3}}"), "{spec: {replicas: 5}}", "me", true);
        assertThat(Json.number(taken, 0, "spec", "replicas")).isEqualTo(5);
        assertThat(managers(taken)).containsExactly("me Apply");
    }

    @Test
    void whatAnApplierNoLongerSaysGoesUnlessAnotherOwnsIt() {
        ObjectNode first = apply(created("other", "{}"), "{metadata: {labels: {a: '1', b: '2'}}}", "me", false);
        ObjectNode shared = apply(first, "{metadata: {labels: {b: '2'}}}", "you", false);
        ObjectNode reduced = apply(shared, "{metadata: {labels: {c: '3'}}}", "me", false);
        assertThat(Json.map(reduced, "metadata", "labels"))
                .containsOnly(java.util.Map.entry("b", "2"), java.util.Map.entry("c", "3"));
    }

    @Test
    void containerOfAnotherManagerStaysAtItsPlace() {
        ObjectNode live = apply(
                created("none", "{}"),
                "{spec: {template: {spec: {containers: [{name: app, image: v1}]}}}}",
                "me",
                false);
        ObjectNode injected = live.deepCopy();
        Json.list(Json.child(injected, "spec", "template", "spec"), "containers")
                .addObject()
                .put("name", "sidecar")
                .put("image", "proxy");
        Owners.updated(DEPLOYMENTS, injected, live, writer("injector", false));
        ObjectNode again =
                apply(injected, "{spec: {template: {spec: {containers: [{name: app, image: v2}]}}}}", "me", false);
        assertThat(Json.objects(again, "spec", "template", "spec", "containers"))
                .extracting(one -> Json.string(one, "name") + "=" + Json.string(one, "image"))
                .containsExactly("app=v2", "sidecar=proxy");
        ObjectNode gone =
                apply(again, "{spec: {template: {spec: {containers: [{name: new, image: v1}]}}}}", "me", false);
        assertThat(Json.objects(gone, "spec", "template", "spec", "containers"))
                .extracting(one -> Json.string(one, "name"))
                .containsExactlyInAnyOrder("new", "sidecar");
    }

    @Test
    void ordinaryWriteTakesWhatItChanges() {
        ObjectNode old = apply(created("none", "{}"), "{spec: {replicas: 1, paused: true}}", "me", false);
        ObjectNode next = old.deepCopy();
        Json.child(next, "spec").put("replicas", 2);
        Owners.updated(DEPLOYMENTS, next, old, writer("scaler", false));
        assertThat(managers(next)).containsExactly("me Apply", "scaler Update");
        assertThat(Json.print(Json.at(next, "metadata", "managedFields", "fieldsV1")))
                .doesNotContain("x");
        assertThat(Owner.read(next).getFirst().fields().paths()).containsExactly(".spec.paused");
        assertThat(Owner.read(next).getLast().fields().paths()).containsExactly(".spec.replicas");
    }

    @Test
    void elevenWritersBecomeTen() {
        ObjectNode object = created("w0", "{metadata: {labels: {l0: x}}}");
        for (int i = 1; i <= 12; i++) {
            ObjectNode next = object.deepCopy();
            Json.child(next, "metadata", "labels").put("l" + i, "x");
            Owners.updated(DEPLOYMENTS, next, object, writer("w" + i, false));
            object = next;
        }
        assertThat(managers(object)).hasSize(10).contains("ancient-changes Update");
    }

    private static ObjectNode created(String manager, String text) {
        ObjectNode object = yaml(text);
        Json.child(object, "metadata").put("name", "d");
        Owners.created(DEPLOYMENTS, object, writer(manager, false));
        return object;
    }

    private static ObjectNode apply(ObjectNode live, String text, String manager, boolean force) {
        return Owners.apply(DEPLOYMENTS, live, yaml(text), writer(manager, force));
    }

    private static Owners.Writer writer(String name, boolean force) {
        return new Owners.Writer(name, "", "2026-01-01T00:00:00Z", force);
    }

    private static List<String> managers(ObjectNode object) {
        return Owner.read(object).stream()
                .map(one -> one.identity().name() + " " + one.identity().operation())
                .toList();
    }

    private static ObjectNode yaml(String text) {
        return (ObjectNode) Yaml.read(text.getBytes(StandardCharsets.UTF_8)).node();
    }
}
