package io.hyaline.apiserver.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.json.Yaml;
import io.hyaline.apiserver.schema.ModelSchemas;
import io.hyaline.apiserver.schema.Schema;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** Cases in YAML flow form: object, patch, outcome. */
final class StrategicMergeTest {
    private static final Schema POD = new ModelSchemas().of(Pod.class);

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "field is set | {spec: {nodeName: a}} | {spec: {nodeName: b}} | {spec: {nodeName: b}}",
                "null removes | {spec: {nodeName: a, hostname: h}} | {spec: {nodeName: null}} | {spec: {hostname: h}}",
                "containers merge by name | {spec: {containers: [{name: a, image: x}, {name: b, image: y}]}} | {spec: {containers: [{name: b, image: z}]}} | {spec: {containers: [{name: a, image: x}, {name: b, image: z}]}}",
                "new container is added | {spec: {containers: [{name: a}]}} | {spec: {containers: [{name: b, image: z}]}} | {spec: {containers: [{name: a}, {name: b, image: z}]}}",
                "item is deleted | {spec: {containers: [{name: a}, {name: b}]}} | {spec: {containers: [{name: a, $patch: delete}]}} | {spec: {containers: [{name: b}]}}",
                "list is replaced on demand | {spec: {containers: [{name: a}, {name: b}]}} | {spec: {containers: [{name: c}, {$patch: replace}]}} | {spec: {containers: [{name: c}]}}",
                "tolerations are atomic | {spec: {tolerations: [{key: a}]}} | {spec: {tolerations: [{key: b}]}} | {spec: {tolerations: [{key: b}]}}",
                "finalizers are a set | {metadata: {finalizers: [a, b]}} | {metadata: {finalizers: [b, c]}} | {metadata: {finalizers: [a, b, c]}}",
                "value leaves a set | {metadata: {finalizers: [a, b]}} | {metadata: {$deleteFromPrimitiveList/finalizers: [a]}} | {metadata: {finalizers: [b]}}",
                "order is the patch's | {spec: {containers: [{name: a}, {name: b}]}} | {spec: {$setElementOrder/containers: [{name: b}, {name: a}], containers: [{name: b, image: z}]}} | {spec: {containers: [{name: b, image: z}, {name: a}]}}",
                "keys are retained | {spec: {volumes: [{name: v, emptyDir: {}}]}} | {spec: {volumes: [{name: v, secret: {secretName: s}, $retainKeys: [name, secret]}]}} | {spec: {volumes: [{name: v, secret: {secretName: s}}]}}",
                "map is replaced on demand | {spec: {securityContext: {runAsUser: 1, fsGroup: 2}}} | {spec: {securityContext: {$patch: replace, fsGroup: 3}}} | {spec: {securityContext: {fsGroup: 3}}}",
                "env merges two levels down | {spec: {containers: [{name: a, env: [{name: X, value: '1'}]}]}} | {spec: {containers: [{name: a, env: [{name: Y, value: '2'}]}]}} | {spec: {containers: [{name: a, env: [{name: X, value: '1'}, {name: Y, value: '2'}]}]}}",
            })
    void merges(String name, String object, String patch, String outcome) throws Exception {
        ObjectNode before = yaml(object);
        ObjectNode untouched = before.deepCopy();
        assertThat(StrategicMerge.apply(before, yaml(patch), POD)).isEqualTo(yaml(outcome));
        assertThat(before).as("the input stays as it was").isEqualTo(untouched);
    }

    @Test
    void strategyIsSwitchedWithRetainKeys() throws Exception {
        ObjectNode deployment = yaml("{spec: {strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1}}}}");
        ObjectNode patch = yaml("{spec: {strategy: {$retainKeys: [type], type: Recreate}}}");
        assertThat(StrategicMerge.apply(deployment, patch, new ModelSchemas().of(Deployment.class)))
                .isEqualTo(yaml("{spec: {strategy: {type: Recreate}}}"));
    }

    @Test
    void itemWithoutItsKeyIsRefused() {
        assertThatThrownBy(() -> StrategicMerge.apply(
                        yaml("{spec: {containers: [{name: a}]}}"), yaml("{spec: {containers: [{image: x}]}}"), POD))
                .isInstanceOf(PatchException.class)
                .hasMessageContaining("does not contain declared merge key: name");
    }

    @Test
    void unknownDirectiveIsRefused() {
        assertThatThrownBy(() -> StrategicMerge.apply(Json.object(), yaml("{spec: {$patch: destroy}}"), POD))
                .isInstanceOf(PatchException.class)
                .hasMessageContaining("destroy");
    }

    private static ObjectNode yaml(String text) {
        return (ObjectNode) Yaml.read(text.getBytes(StandardCharsets.UTF_8)).node();
    }
}
