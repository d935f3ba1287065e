package io.hyaline.pilot.patch;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.ProxyNode;
import io.hyaline.pilot.fixture.Filters;
import io.hyaline.pilot.fixture.SeedMesh;
import io.hyaline.pilot.generate.Generate;
import io.hyaline.xds.server.ServedType;
import org.junit.jupiter.api.Test;

/** Only EnvoyFilters that make something else of a resource are named for it. */
class TouchingTest {
    private static final ProxyNode SLEEP = SeedMesh.sleep();
    private final MeshSnapshot mesh = new SeedMesh()
            .with(Filters.read(filter("cluster", "CLUSTER", "{}", "{operation: MERGE, value: {connect_timeout: 3s}}")))
            .with(Filters.read(filter("again", "CLUSTER", "{}", "{operation: MERGE, value: {connect_timeout: 3s}}")))
            .with(Filters.read(filter(
                    "listener",
                    "LISTENER",
                    "{listener: {name: virtualOutbound}}",
                    "{operation: MERGE, value: {tcp_backlog_size: 7}}")))
            .with(Filters.read(filter("added", "CLUSTER", "{}", "{operation: ADD, value: {name: more}}")))
            .snapshot();

    private static String filter(String name, String applyTo, String match, String patch) {
        return """
                apiVersion: networking.istio.io/v1alpha3
                kind: EnvoyFilter
                metadata: {name: %s, namespace: istio-system}
                spec: {configPatches: [{applyTo: %s, match: %s, patch: %s}]}
                """.formatted(name, applyTo, match, patch);
    }

    private java.util.List<String> touching(ServedType type, String name) {
        return Touching.of(mesh, SLEEP, Generate.resources(mesh, SLEEP), type, name).stream()
                .map(key -> key.name())
                .toList();
    }

    @Test
    void namesThoseThatMatter() {
        assertThat(touching(ServedType.LISTENER, "virtualOutbound")).containsExactly("listener");
        assertThat(touching(ServedType.LISTENER, "virtualInbound")).isEmpty();
        assertThat(touching(ServedType.CLUSTER, "PassthroughCluster"))
                .as("the one that comes second changes nothing")
                .containsExactly("again");
        assertThat(touching(ServedType.CLUSTER, "more")).containsExactly("added");
        assertThat(touching(ServedType.ROUTE, "8000")).isEmpty();
    }
}
