package io.hyaline.pilot.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.hyaline.model.InterceptionMode;
import io.hyaline.model.ProxyNode;
import io.hyaline.pilot.fixture.Objects;
import io.hyaline.pilot.fixture.SeedMesh;
import io.hyaline.pilot.generate.Generate;
import io.hyaline.pilot.generate.ProxyResources;
import io.hyaline.pilot.ingest.Snapshots;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyTest {
    private static final String HTTPBIN = "outbound|8000||httpbin.default.svc.cluster.local";
    private static final ProxyNode SLEEP = SeedMesh.node("sleep", SeedMesh.SLEEP_IP, InterceptionMode.REDIRECT);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "useSourceIp: true|connection_properties|RING_HASH|1024",
                "useSourceIp: true, ringHash: {minimumRingSize: 64}|connection_properties|RING_HASH|64",
                "httpHeaderName: x-user|x-user|RING_HASH|1024",
                "httpCookie: {name: user, ttl: 5s, path: /a}|user|RING_HASH|1024",
                "httpQueryParameterName: who, maglev: {tableSize: 101}|who|MAGLEV|101",
                "httpQueryParameterName: who, maglev: {}|who|MAGLEV|65537",
            })
    void theSameKeyFindsTheSameEndpoint(String hash, String key, Cluster.LbPolicy algorithm, long size) {
        ProxyResources resources = resources("host: httpbin", "loadBalancer: {consistentHash: {" + hash + "}}");
        Cluster cluster = resources.clusters().get(HTTPBIN);
        assertThat(cluster.getLbPolicy()).isEqualTo(algorithm);
        assertThat(
                        algorithm == Cluster.LbPolicy.MAGLEV
                                ? cluster.getMaglevLbConfig().getTableSize().getValue()
                                : cluster.getRingHashLbConfig()
                                        .getMinimumRingSize()
                                        .getValue())
                .isEqualTo(size);
        RouteAction action =
                resources.routes().get("8000").getVirtualHosts(0).getRoutes(0).getRoute();
        assertThat(action.getHashPolicyList()).hasSize(1);
        assertThat(action.getHashPolicy(0).toString()).contains(key);
    }

    @ParameterizedTest(name = "{0} in {1}: {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "host: httpbin|default|RANDOM",
                "host: '*.default.svc.cluster.local'|default|RANDOM",
                "host: '*'|default|RANDOM",
                "host: '*.local'|istio-system|RANDOM",
                "host: httpbin.default.svc.cluster.local|istio-system|RANDOM",
                "host: httpbin.default.svc.cluster.local|elsewhere|LEAST_REQUEST",
                "host: httpbin|elsewhere|LEAST_REQUEST",
                "{host: httpbin, exportTo: [.]}|default|RANDOM",
                "{host: httpbin, exportTo: [elsewhere]}|default|LEAST_REQUEST",
                "{host: httpbin, workloadSelector: {matchLabels: {app: sleep}}}|default|RANDOM",
                "{host: httpbin, workloadSelector: {matchLabels: {app: other}}}|default|LEAST_REQUEST",
            })
    void whoseRuleHolds(String spec, String namespace, Cluster.LbPolicy algorithm) {
        Snapshots objects =
                new Snapshots().put(Objects.SEED_CLUSTER).put("""
                apiVersion: networking.istio.io/v1
                kind: DestinationRule
                metadata: {name: r, namespace: %s}
                spec: {%s, trafficPolicy: {loadBalancer: {simple: RANDOM}}}
                """.formatted(namespace, spec.replaceAll("^\\{|}$", "")));
        Cluster cluster =
                Generate.resources(objects.snapshot(), SLEEP).clusters().get(HTTPBIN);
        assertThat(cluster.getLbPolicy()).isEqualTo(algorithm);
    }

    @Test
    void theClosestHostAndTheNearestNamespaceCount() {
        Snapshots objects = new Snapshots()
                .put(Objects.SEED_CLUSTER)
                .put(rule("mesh-wide", "istio-system", "'*'", "RANDOM"))
                .put(rule("wild", "default", "'*.svc.cluster.local'", "RANDOM"))
                .put(rule("exact", "default", "httpbin", "ROUND_ROBIN"));
        assertThat(Generate.resources(objects.snapshot(), SLEEP)
                        .clusters()
                        .get(HTTPBIN)
                        .getLbPolicy())
                .isEqualTo(Cluster.LbPolicy.ROUND_ROBIN);
    }

    @Test
    void aSecretIsForGatewaysAndTheClusterOfASidecarThatWantsOneIsNamed() {
        ProxyResources resources =
                resources("host: httpbin", "tls: {mode: MUTUAL, credentialName: client-certificate}");
        assertThat(resources.clusters()).doesNotContainKey(HTTPBIN);
        assertThat(resources.problems().getFirst().reason()).contains("client-certificate is for gateways");
    }

    private static ProxyResources resources(String host, String policy) {
        return Generate.resources(
                new Snapshots()
                        .put(Objects.SEED_CLUSTER)
                        .put("""
                apiVersion: networking.istio.io/v1
                kind: DestinationRule
                metadata: {name: r, namespace: default}
                spec: {%s, trafficPolicy: {%s}}
                """.formatted(host, policy))
                        .snapshot(),
                SLEEP);
    }

    private static String rule(String name, String namespace, String host, String algorithm) {
        return """
                apiVersion: networking.istio.io/v1
                kind: DestinationRule
                metadata: {name: %s, namespace: %s}
                spec: {host: %s, trafficPolicy: {loadBalancer: {simple: %s}}}
                """.formatted(name, namespace, host, algorithm);
    }
}
