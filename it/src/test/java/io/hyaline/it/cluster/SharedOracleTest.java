package io.hyaline.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** One proxy for all pods of a node; here are also the rows in which no sidecar takes part or any would do (O9, O10, O28, O29). */
final class SharedOracleTest extends OracleRows {

    SharedOracleTest() {
        super("shared");
    }

    @ParameterizedTest
    @CsvSource({"O9, redirect", "O9, tproxy"})
    void aCallToTheOwnAddressBypassesTheProxy(String row, String app) {
        String ip = podIp(app);
        String path = nextPath();

        assertThat(origin(curl(app, "http://" + ip + ":8000" + path))).isEqualTo(ip);
        assertThat(logged(app, path)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"O10, redirect", "O10, tproxy"})
    void aCallToLoopbackBypassesTheProxy(String row, String app) {
        String path = nextPath();

        assertThat(origin(curl(app, "http://127.0.0.1:8000" + path))).isEqualTo("127.0.0.1");
        assertThat(logged(app, path)).isEmpty();
    }

    @Test
    void aSelfCallThroughTheServiceCarriesProxyHeaders() {
        JsonNode throughService = headers(curl("redirect", "http://redirect:8000/headers"));
        JsonNode direct = headers(curl("redirect", "http://" + podIp("redirect") + ":8000/headers"));

        assertThat(throughService.has("X-Envoy-Attempt-Count")).isTrue();
        assertThat(direct.has("X-Envoy-Attempt-Count")).isFalse();
    }

    @Test
    void injectionShowsTheInterceptionMode() {
        JsonNode pod = pod("tproxy");
        JsonNode init = pod.path("spec").path("initContainers").path(0);
        assertThat(init.path("name").asString()).isEqualTo("istio-init");
        assertThat(init.path("args").toString()).contains("\"-m\",\"TPROXY\"");
        List<String> names = new ArrayList<>();
        pod.path("spec")
                .path("containers")
                .forEach(c -> names.add(c.path("name").asString()));
        assertThat(names).containsExactlyInAnyOrder("httpbin", "istio-proxy");
        assertThat(pod.path("metadata")
                        .path("labels")
                        .path("security.istio.io/tlsMode")
                        .asString())
                .isEqualTo("istio");
    }
}
