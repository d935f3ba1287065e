package io.hyaline.apiserver.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.apiserver.json.Yaml;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

final class TableTest {
    private static final Instant NOW = Instant.parse("2026-01-01T01:00:00Z");

    /** Pod in YAML flow form, then ready, status and restarts as kubectl shows them. */
    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "{status: {phase: Pending}} | 0/1 Pending 0",
                "{status: {phase: Running, containerStatuses: [{ready: true, state: {running: {}}}]}} | 1/1 Running 0",
                "{status: {phase: Pending, initContainerStatuses: [{name: i, state: {running: {}}}]}} | 0/1 Init:0/1 0",
                "{status: {phase: Pending, initContainerStatuses: [{name: i, state: {terminated: {exitCode: 0}}}], containerStatuses: [{state: {waiting: {reason: PodInitializing}}}]}} | 0/1 PodInitializing 0",
                "{status: {phase: Pending, initContainerStatuses: [{name: i, state: {terminated: {exitCode: 2}}}]}} | 0/1 Init:ExitCode:2 0",
                "{status: {phase: Running, containerStatuses: [{restartCount: 3, lastState: {terminated: {finishedAt: '2026-01-01T00:58:00Z'}}, state: {waiting: {reason: CrashLoopBackOff}}}]}} | 0/1 CrashLoopBackOff 3 (2m ago)",
                "{status: {phase: Pending, containerStatuses: [{state: {waiting: {reason: ErrImagePull}}}]}} | 0/1 ErrImagePull 0",
                "{status: {phase: Succeeded, containerStatuses: [{state: {terminated: {reason: Completed, exitCode: 0}}}]}} | 0/1 Completed 0",
                "{status: {phase: Failed, containerStatuses: [{state: {terminated: {signal: 9, exitCode: 137}}}]}} | 0/1 Signal:9 0",
                "{metadata: {deletionTimestamp: '2026-01-01T00:00:00Z'}, status: {phase: Running}} | 0/1 Terminating 0",
                "{metadata: {deletionTimestamp: '2026-01-01T00:00:00Z'}, status: {phase: Succeeded}} | 0/1 Succeeded 0",
                "{status: {phase: Failed, reason: Evicted}} | 0/1 Evicted 0",
            })
    void podsSayHowTheyAre(String pod, String expected) {
        ObjectNode object = yaml(pod);
        object.putObject("spec").set("containers", yaml("{c: [{name: a}]}").get("c"));
        ((ObjectNode) object.get("spec"))
                .set("initContainers", yaml("{c: [{name: i}]}").get("c"));
        String cells = PodTable.PRINTER.row().cells(object, NOW).subList(1, 4).stream()
                .map(JsonNode::stringValue)
                .collect(Collectors.joining(" "));
        assertThat(cells).isEqualTo(expected);
    }

    /** A Service's spec and status, then address and outside addresses as kubectl shows them. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{spec: {type: ClusterIP, clusterIP: 10.96.0.5, clusterIPs: [10.96.0.5, 'fd00::5']}} | 10.96.0.5 <none>",
                "{spec: {type: ClusterIP, clusterIP: 'fd00::5', clusterIPs: ['fd00::5', 10.96.0.5]}} | fd00::5 <none>",
                "{spec: {type: ClusterIP, clusterIP: None, clusterIPs: [None]}} | None <none>",
                "{spec: {type: ExternalName, externalName: a.example.com}} | <none> a.example.com",
                "{spec: {type: LoadBalancer, clusterIP: 10.96.0.5}} | 10.96.0.5 <pending>",
                "{spec: {type: LoadBalancer, clusterIP: 10.96.0.5, externalIPs: ['2001:db8::7']}, status: {loadBalancer: {ingress: [{ip: 'fd00:203::80'}, {ip: 203.0.113.80}]}}} | 10.96.0.5 203.0.113.80,fd00:203::80,2001:db8::7",
            })
    void servicesShowTheirPrimaryAddress(String service, String expected) {
        String cells = NetworkTables.SERVICES.row().cells(yaml(service), NOW).subList(2, 4).stream()
                .map(JsonNode::stringValue)
                .collect(Collectors.joining(" "));
        assertThat(cells).isEqualTo(expected);
    }

    @Test
    void endpointsOfIpv6StandInBracketsBeforeAPort() {
        ObjectNode endpoints = yaml("{subsets: [{addresses: [{ip: 'fd00::5'}, {ip: 10.1.2.3}], ports: [{port: 80}]}]}");
        assertThat(NetworkTables.ENDPOINTS.row().cells(endpoints, NOW).get(1).stringValue())
                .isEqualTo("[fd00::5]:80,10.1.2.3:80");
    }

    @ParameterizedTest
    @CsvSource({
        "PT0S,0s",
        "PT119S,119s",
        "PT120S,2m",
        "PT135S,2m15s",
        "PT15M,15m",
        "PT3H,3h",
        "PT3H5M,3h5m",
        "PT47H,47h",
        "P3D,3d",
        "P3DT4H,3d4h",
        "P100D,100d",
        "P800D,2y70d",
        "PT-5S,<invalid>"
    })
    void agesAreShort(Duration duration, String expected) {
        assertThat(Cells.age(duration)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                ".spec.color | [\"red\"]",
                "$.spec.color | [\"red\"]",
                ".status.conditions[?(@.type==\"Ready\")].status | [\"True\"]",
                ".status.conditions[*].type | [\"Ready\", \"Old\"]",
                ".status.conditions[-1].type | [\"Old\"]",
                ".spec['color'] | [\"red\"]",
                ".metadata.annotations.a\\.b/c | [\"x\"]",
                ".spec.nothing.below | []",
            })
    void jsonPathsFind(String path, String expected) {
        ObjectNode object = yaml("{metadata: {annotations: {a.b/c: x}}, spec: {color: red}, status: {conditions:"
                + " [{type: Ready, status: 'True'}, {type: Old, status: 'False'}]}}");
        assertThat(JsonPath.parse(path).find(object)).hasToString(expected);
    }

    private static ObjectNode yaml(String text) {
        return (ObjectNode) Yaml.read(text.getBytes(StandardCharsets.UTF_8)).node();
    }
}
