package io.hyaline.apiserver.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.hyaline.apiserver.json.Document;
import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.json.Yaml;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

final class FieldCheckTest {
    private static final ModelSchemas SCHEMAS = new ModelSchemas();

    @Test
    void unknownFieldsAreTakenOutAndNamed() {
        ObjectNode pod = yaml("{spec: {containers: [{name: a, imagee: b}], foo: 1}, metadata: {lables: {}}}");
        FieldCheck check = FieldCheck.typed(SCHEMAS.of(Pod.class), pod);
        assertThat(check.unknown()).containsExactly("spec.containers[0].imagee", "spec.foo", "metadata.lables");
        assertThat(pod).isEqualTo(yaml("{spec: {containers: [{name: a}]}, metadata: {}}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{spec: {replicas: three}} | cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32",
                "{spec: {paused: 1}} | cannot unmarshal number into Go struct field DeploymentSpec.spec.paused of type bool",
                "{spec: []} | cannot unmarshal array into Go struct field Deployment.spec of type DeploymentSpec",
                "{metadata: {labels: {a: 1}}} | cannot unmarshal number into Go struct field ObjectMeta.metadata.labels.a of type string",
                "{spec: {replicas: 1.5}} | cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32",
            })
    void wrongTypesAreNamed(String text, String message) {
        FieldCheck check = FieldCheck.typed(SCHEMAS.of(Deployment.class), yaml(text));
        assertThat(check.mistyped()).singleElement().asString().contains(message);
    }

    @Test
    void quantitiesMayBeNumbersAndNullsVanish() {
        ObjectNode pod = yaml("{spec: {nodeName: null, containers: [{resources: {limits: {cpu: 2}}}]}}");
        FieldCheck check = FieldCheck.typed(SCHEMAS.of(Pod.class), pod);
        assertThat(check.mistyped()).isEmpty();
        assertThat(pod).isEqualTo(yaml("{spec: {containers: [{resources: {limits: {cpu: '2'}}}]}}"));
    }

    @Test
    void duplicatesAreFoundWhileReading() {
        Document document =
                Document.json("{\"a\":{\"b\":1,\"b\":2},\"l\":[{\"c\":1,\"c\":1}]}".getBytes(StandardCharsets.UTF_8));
        assertThat(document.duplicates()).containsExactly("a.b", "l[0].c");
        assertThat(Json.number(document.node(), 0, "a", "b")).isEqualTo(2);
    }

    @Test
    void structuralSchemasPruneAndMerge() {
        ObjectNode openApi = yaml("""
                type: object
                properties:
                  spec:
                    type: object
                    properties:
                      ports:
                        type: array
                        x-kubernetes-list-type: map
                        x-kubernetes-list-map-keys: [number]
                        items: {type: object, properties: {number: {type: integer}}}
                      free: {type: object, x-kubernetes-preserve-unknown-fields: true}
                """);
        Schema schema = new StructuralSchemas(Schema.ANY).object("Thing", openApi);
        ObjectNode thing = yaml("{spec: {ports: [{number: 1, x: 2}], free: {any: thing}, gone: 1}, other: 1}");
        FieldCheck check = FieldCheck.pruned(schema, thing);
        assertThat(check.unknown()).containsExactly("spec.ports[0].x", "spec.gone", "other");
        assertThat(Schema.rule(Schema.field(Schema.field(schema, "spec"), "ports"))
                        .keys())
                .isEqualTo(List.of("number"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{type: integer, minimum: 1} | 0 | v: Invalid value: 0: v in body should be greater than or equal to 1",
                "{type: string, enum: [a, b]} | c | v: Unsupported value: \"c\": supported values: \"a\", \"b\"",
                "{type: string, pattern: '^a+$'} | b | v: Invalid value: \"b\": v in body should match '^a+$'",
                "{type: integer} | x | v: Invalid value: \"string\": v in body must be of type integer: \"string\"",
                "{type: object, required: [x]} | {} | v.x: Required value",
                "{type: string, maxLength: 2} | abc | v: Too long: may not be more than 2 bytes",
                "{type: array, maxItems: 1} | [1, 2] | v: Too many: 2: must have at most 1 items",
                "{oneOf: [{required: [a]}, {required: [b]}]} | {a: 1, b: 1} | v: Invalid value: {\"a\":1,\"b\":1}: v in body must validate one and only one schema (oneOf). Found 2 valid alternatives",
                "{type: array, x-kubernetes-list-type: set} | [1, 1] | v[1]: Duplicate value: 1",
                "{type: integer, x-kubernetes-int-or-string: true} | true | v: Invalid value: \"boolean\": v in body must be of type integer,string: \"boolean\"",
            })
    void schemasAreEnforced(String schema, String value, String message) {
        ObjectNode outer = Json.object();
        Json.child(outer, "properties").set("v", yaml(schema));
        var errors = SchemaValidation.check(outer, yaml("{v: " + value + "}"));
        assertThat(errors).singleElement().hasToString(message);
    }

    private static ObjectNode yaml(String text) {
        return (ObjectNode) Yaml.read(text.getBytes(StandardCharsets.UTF_8)).node();
    }
}
