package io.hyaline.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kinds that a CustomResourceDefinition adds. */
final class CustomKindTest {
    private static final String DEFINITION = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: %2$s.example.io}
            spec:
              group: example.io
              scope: Namespaced
              names: {plural: %2$s, singular: %1$s, kind: %3$s, shortNames: [%4$s]}
              versions:
              - name: v1
                served: true
                storage: true
                subresources: {status: {}, scale: {specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas}}
                additionalPrinterColumns:
                - {name: Color, type: string, jsonPath: .spec.color}
                - {name: Replicas, type: integer, jsonPath: .spec.replicas}
                schema:
                  openAPIV3Schema:
                    type: object
                    properties:
                      spec:
                        type: object
                        required: [color]
                        properties:
                          color: {type: string, enum: [red, blue], description: What it looks like}
                          replicas: {type: integer, minimum: 0, default: 2}
                      status: {type: object, x-kubernetes-preserve-unknown-fields: true}
              - name: v1beta1
                served: true
                storage: false
                schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
            """;

    private static final String OBJECT = """
            apiVersion: example.io/v1
            kind: %s
            metadata: {name: one}
            spec: {color: red}
            """;

    private static ServerFixture fixture;
    private static Kubectl kubectl;

    @BeforeAll
    static void start() {
        fixture = ServerFixture.start();
        kubectl = fixture.kubectl;
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @Test
    void isServedAtOnceInAllItsVersions() {
        kubectl.apply(DEFINITION.formatted("widget", "widgets", "Widget", "wd"));
        kubectl.run("wait", "--for=condition=Established", "crd/widgets.example.io", "--timeout=10s");
        assertThat(kubectl.apply(OBJECT.formatted("Widget"))).isEqualTo("widget.example.io/one created\n");
        assertThat(kubectl.run("get", "wd"))
                .containsPattern("NAME +COLOR +REPLICAS\n")
                .containsPattern("one +red +2\n");
        assertThat(kubectl.run(
                        "get", "widgets.v1beta1.example.io", "one", "-o", "jsonpath={.apiVersion} {.spec.color}"))
                .isEqualTo("example.io/v1beta1 red");
        kubectl.run("scale", "widget", "one", "--replicas=5");
        assertThat(kubectl.run("get", "widget", "one", "-o", "jsonpath={.spec.replicas} {.metadata.generation}"))
                .isEqualTo("5 2");
        assertThat(kubectl.run("explain", "widget.spec")).contains("What it looks like");
    }

    @Test
    void isCheckedAgainstItsSchema() {
        kubectl.apply(DEFINITION.formatted("gadget", "gadgets", "Gadget", "gd"));
        String gadget = OBJECT.formatted("Gadget");
        assertThat(kubectl.attempt(gadget.replace("red", "green"), "apply", "-f", "-")
                        .err())
                .contains("spec.color: Unsupported value: \"green\": supported values: \"red\", \"blue\"");
        assertThat(kubectl.attempt(gadget.replace("red", "red, size: 1"), "apply", "-f", "-")
                        .err())
                .contains("unknown field \"spec.size\"");
        assertThat(kubectl.attempt(gadget.replace("color: red", "replicas: -1"), "apply", "-f", "-")
                        .err())
                .contains("spec.color: Required value")
                .contains("spec.replicas in body should be greater than or equal to 0");
    }

    @Test
    void statusIsApart() {
        kubectl.apply(DEFINITION.formatted("gizmo", "gizmos", "Gizmo", "gz"));
        kubectl.apply(OBJECT.formatted("Gizmo"));
        kubectl.run(
                "patch",
                "gizmo",
                "one",
                "--subresource=status",
                "--type=merge",
                "-p",
                "{\"status\":{\"phase\":\"Good\"},\"spec\":{\"color\":\"blue\"}}");
        assertThat(kubectl.run(
                        "get", "gizmo", "one", "-o", "jsonpath={.status.phase} {.spec.color} {.metadata.generation}"))
                .isEqualTo("Good red 1");
    }

    @Test
    void definitionTakesItsObjectsAlong() {
        kubectl.apply(DEFINITION.formatted("relic", "relics", "Relic", "rl"));
        kubectl.apply(OBJECT.formatted("Relic"));
        kubectl.run("delete", "crd", "relics.example.io", "--timeout=20s");
        assertThat(kubectl.fails("get", "relics")).contains("the server could not find the requested resource");
        kubectl.apply(DEFINITION.formatted("relic", "relics", "Relic", "rl"));
        assertThat(kubectl.run("get", "relics", "-o", "name")).isEmpty();
    }

    @Test
    void uselessDefinitionIsRefused() {
        String wrong =
                DEFINITION.formatted("thing", "things", "Thing", "th").replace("things.example.io", "thing.example.io");
        assertThat(kubectl.attempt(wrong, "apply", "-f", "-").err())
                .contains("metadata.name: Invalid value: \"thing.example.io\"")
                .contains("must be spec.names.plural+");
    }

    @Test
    void survivesARestart(@TempDir Path directory) {
        ApiServerConfig config = ApiServerConfig.local(directory);
        Kubectl client = new Kubectl(config.kubeconfig(), directory.resolve("home"));
        try (ApiServer _ = ApiServer.start(config)) {
            client.apply(DEFINITION.formatted("widget", "widgets", "Widget", "wd"));
            client.apply(OBJECT.formatted("Widget"));
        }
        try (ApiServer _ = ApiServer.start(config)) {
            assertThat(client.run("get", "widgets", "-o", "jsonpath={.items[*].spec.color}"))
                    .isEqualTo("red");
        }
    }
}
