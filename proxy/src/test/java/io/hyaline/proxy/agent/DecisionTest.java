package io.hyaline.proxy.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecisionTest {

    private static final Map<String, AppProbe> PROBES = AppProbes.parse("""
            {"/app-health/httpbin/readyz":{"httpGet":{"path":"/status/200","port":8000,"scheme":"HTTP"},"timeoutSeconds":3}}""");

    @ParameterizedTest
    @CsvSource({
        "HEALTH, GET, /healthz/ready, false, Readiness",
        "HEALTH, GET, /healthz/ready?x=1, false, Readiness",
        "HEALTH, GET, /stats/prometheus, false, 404",
        "HEALTH, POST, /quitquitquit, true, 404",
        "METRICS, GET, /stats/prometheus, false, Metrics",
        "METRICS, GET, /healthz/ready, false, 404",
        "STATUS, GET, /healthz/ready, false, Readiness",
        "STATUS, GET, /stats/prometheus, false, AllMetrics",
        "STATUS, GET, /app-health/httpbin/readyz, false, Probe",
        "STATUS, GET, /app-health/httpbin/livez, false, 404",
        "STATUS, GET, /app-lifecycle/httpbin/prestopz, false, 404",
        "STATUS, GET, /, false, 404",
        "STATUS, POST, /quitquitquit, true, Quit",
        "STATUS, POST, /quitquitquit, false, 403",
        "STATUS, GET, /quitquitquit, true, 405",
    })
    void decides(AgentPort port, String method, String uri, boolean local, String expected) {
        Decision decision = Decision.of(port, method, uri, local, PROBES);
        assertThat(
                        decision instanceof Decision.Refuse refuse
                                ? String.valueOf(refuse.status())
                                : decision.getClass().getSimpleName())
                .isEqualTo(expected);
    }

    @Test
    void readsProbesAsInjectionWritesThem() {
        Map<String, AppProbe> probes = AppProbes.parse("""
                {"/app-health/a/livez":{"httpGet":{"path":"live","port":8080,"scheme":"HTTPS",
                   "httpHeaders":[{"name":"X-A","value":"1"}]},"timeoutSeconds":2},
                 "/app-health/a/readyz":{"tcpSocket":{"port":9000}},
                 "/app-health/b/startupz":{"grpc":{"port":9001,"service":"svc"}},
                 "/app-health/c/startupz":{"grpc":{"port":9001,"service":null}},
                 "/app-lifecycle/b/prestopz":{"httpGet":{"path":"/stop","port":"80"}}}""");
        Duration ten = Duration.ofSeconds(10);
        assertThat(probes)
                .containsEntry(
                        "/app-health/a/livez",
                        new AppProbe.Http(
                                8080, Duration.ofSeconds(2), true, "/live", List.of(new AppProbe.Header("X-A", "1"))))
                .containsEntry("/app-health/a/readyz", new AppProbe.Tcp(9000, ten))
                .containsEntry("/app-health/b/startupz", new AppProbe.Grpc(9001, ten, "svc"))
                .containsEntry("/app-health/c/startupz", new AppProbe.Grpc(9001, ten, ""))
                .containsEntry("/app-lifecycle/b/prestopz", new AppProbe.Http(80, ten, false, "/stop", List.of()));
        assertThat(AppProbes.parse(null)).isEmpty();
        assertThat(AppProbes.parse("{}")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "nonsense | is not what injection writes",
                "[] | is not what injection writes",
                "{\"/app-health/a/x\":{}} | '/app-health/a/x' is not /app-health",
                "{\"/app-health/a/livez\":{}} | needs httpGet, tcpSocket or grpc",
                "{\"/app-health/a/livez\":{\"httpGet\":{\"port\":0}}} | needs a port from 1 to 65535, found 0",
                "{\"/app-health/a/livez\":{\"tcpSocket\":{\"port\":\"http\"}}} | is not what injection writes",
                "{\"/app-health/a/livez\":7} | is not what injection writes",
            })
    void namesWhatIsWrongWithProbes(String json, String reason) {
        assertThatThrownBy(() -> AppProbes.parse(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(AppProbes.VARIABLE)
                .hasMessageContaining(reason);
    }
}
