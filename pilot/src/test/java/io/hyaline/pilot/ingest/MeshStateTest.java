package io.hyaline.pilot.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.hyaline.model.AccessLogConfig;
import io.hyaline.model.Endpoint;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.MtlsMode;
import io.hyaline.model.ObjectKey;
import io.hyaline.model.Problem;
import io.hyaline.model.Protocol;
import io.hyaline.model.Service;
import io.hyaline.model.TargetPort;
import io.hyaline.model.Workload;
import io.hyaline.model.envoyfilter.ApplyTo;
import io.hyaline.pilot.fixture.Certificates;
import io.hyaline.pilot.fixture.Objects;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MeshStateTest {
    private final List<Problem> reports = new ArrayList<>();
    private final MeshState state = new MeshState("cluster.local", InstantSource.system(), reports::add);

    @Test
    void readsTheSeedsObjects() {
        put(Objects.SEED_CLUSTER);
        MeshSnapshot mesh = state.snapshot();
        Service httpbin = mesh.services().get(key("httpbin"));
        assertThat(httpbin.host()).isEqualTo("httpbin.default.svc.cluster.local");
        assertThat(httpbin.addresses()).containsExactly("10.96.0.50");
        assertThat(httpbin.ports().getFirst().protocol()).isEqualTo(Protocol.HTTP);
        assertThat(httpbin.ports().getFirst().target()).isEqualTo(new TargetPort.Numbered(8000));
        assertThat(mesh.endpoints().get(key("httpbin")))
                .containsExactly(Endpoint.of("http", "172.20.1.5", 8000, true, key("httpbin-5")));
        Workload pod = mesh.workloadsByAddress().get("172.20.1.5");
        assertThat(pod.name()).isEqualTo("httpbin");
        assertThat(pod.speaksMeshTls()).isTrue();
        assertThat(pod.spiffeId("cluster.local")).isEqualTo("spiffe://cluster.local/ns/default/sa/httpbin");
        assertThat(reports).isEmpty();
    }

    @Test
    void onlyARealChangeCounts() {
        HasMetadata pod = Objects.of(Objects.SEED_CLUSTER).get(2);
        assertThat(state.put(pod)).isTrue();
        pod.getMetadata().setResourceVersion("2");
        assertThat(state.put(pod)).isFalse();
        assertThat(state.remove(pod)).isTrue();
        assertThat(state.remove(pod)).isFalse();
    }

    @Test
    void aPodThatEndedIsGone() {
        HasMetadata pod = Objects.of(Objects.SEED_CLUSTER).get(2);
        state.put(pod);
        ((io.fabric8.kubernetes.api.model.Pod) pod).getStatus().setPhase("Failed");
        assertThat(state.put(pod)).isTrue();
        assertThat(state.snapshot().workloads()).isEmpty();
    }

    @Test
    void readsTheSeedsEnvoyFilter() {
        put(Objects.SEED_FILTER);
        var patch = state.snapshot().envoyFilters().getFirst().patches().getFirst();
        assertThat(patch.applyTo()).isEqualTo(ApplyTo.NETWORK_FILTER);
        assertThat(patch.listener().name()).isEqualTo("virtualInbound");
        assertThat(patch.value()).contains("use_remote_address");
    }

    @Test
    void aBadObjectIsReportedOnceByNameAndTheRestApplies() {
        put(Objects.SEED_CLUSTER);
        String bad = """
                apiVersion: security.istio.io/v1
                kind: PeerAuthentication
                metadata: {name: bad, namespace: default}
                spec: {mtls: {mode: STRICTLY}}
                """;
        put(bad);
        put(bad);
        put(policy("good", "STRICT"));
        MeshSnapshot mesh = state.snapshot();
        assertThat(mesh.peerAuthentications()).extracting(p -> p.key().name()).containsExactly("good");
        assertThat(mesh.services()).hasSize(1);
        assertThat(reports).hasSize(1);
        assertThat(reports.getFirst().key()).isEqualTo(key("bad"));
        assertThat(reports.getFirst().reason()).contains("spec.mtls.mode").contains("STRICTLY");
        assertThat(mesh.problems()).isEqualTo(reports);
    }

    @Test
    void aRepairedObjectIsNoProblemAnyMore() {
        put(policy("p", "STRICTLY"));
        put(policy("p", "STRICT"));
        MeshSnapshot mesh = state.snapshot();
        assertThat(mesh.problems()).isEmpty();
        assertThat(mesh.mtls("default", Map.of()).mode()).isEqualTo(MtlsMode.STRICT);
    }

    @Test
    void theInstalledMeshLogsTheSeedsKeys() {
        AccessLogConfig log = state.snapshot().mesh().accessLog();
        assertThat(log.file()).isEqualTo("/dev/stdout");
        assertThat(log.encoding()).isEqualTo(AccessLogConfig.Encoding.JSON);
        assertThat(log.format().lines().filter(l -> l.contains("\":"))).hasSize(24);
    }

    @Test
    void aBrokenMeshConfigLeavesTheLastGoodOne() {
        put(meshConfig("trustDomain: example.org"));
        put(meshConfig("accessLogEncoding: XML"));
        MeshSnapshot mesh = state.snapshot();
        assertThat(mesh.mesh().trustDomain()).isEqualTo("example.org");
        assertThat(reports.getFirst().reason()).contains("accessLogEncoding").contains("XML");
    }

    @ParameterizedTest
    @CsvSource({"5s, 5000", "100ms, 100", "1m30s, 90000", "1.5s, 1500", "0s, 0"})
    void readsDurationsAsGoWritesThem(String text, long millis) {
        put(meshConfig("protocolDetectionTimeout: " + text));
        assertThat(state.snapshot().mesh().protocolDetectionTimeout().toMillis())
                .isEqualTo(millis);
    }

    private void put(String yaml) {
        Objects.of(yaml).forEach(state::put);
    }

    private static String policy(String name, String mode) {
        return """
                apiVersion: security.istio.io/v1
                kind: PeerAuthentication
                metadata: {name: %s, namespace: default}
                spec: {mtls: {mode: %s}}
                """.formatted(name, mode);
    }

    private static String meshConfig(String yaml) {
        return """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: istio, namespace: istio-system}
                data:
                  mesh: "%s"
                """.formatted(yaml);
    }

    private static ObjectKey key(String name) {
        return new ObjectKey("default", name);
    }

    @Test
    void certificatesExpireWithoutAWord() {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-05T00:00:00Z"));
        MeshState later = new MeshState("cluster.local", now::get, _ -> {});
        later.put(Certificates.of("a.b", Instant.parse("2026-01-01T00:00:00Z"), Duration.ofDays(10))
                .secret("istio-system", "site"));
        assertThat(later.lookAgain()).isFalse();
        now.set(Instant.parse("2026-01-12T00:00:00Z"));
        assertThat(later.lookAgain()).isTrue();
        assertThat(later.snapshot()
                        .traffic()
                        .credentials()
                        .get(new ObjectKey("istio-system", "site"))
                        .complaint())
                .startsWith("the certificate expired at 2026-01-11");
        assertThat(later.lookAgain()).as("it is said once").isFalse();
    }
}
