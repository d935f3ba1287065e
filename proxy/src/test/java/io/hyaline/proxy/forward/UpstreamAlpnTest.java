package io.hyaline.proxy.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.route.FilterSettings;
import io.hyaline.proxy.route.FilterSettings.Setting;
import io.hyaline.proxy.upstream.ClusterPlan.HttpVersion;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpstreamAlpnTest {

    private static final String FILTER = "announce";

    /** A route that names another filter says nothing to this one. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            emptyValue = "",
            value = {
                "HTTP1 | ''                  | announce | true  | istio-http/1.1,istio | istio-http/1.1,istio",
                "HTTP1 | istio-http/1.1      | announce | true  | ''                   | istio-http/1.1",
                "HTTP1 | istio-http/1.1      | announce | true  | h3                   | h3",
                "HTTP1 | istio-http/1.1      | announce | false | ''                   | ''",
                "HTTP1 | ''                  | other    | true  | istio-http/1.1,istio | ''",
                "HTTP2 | ''                  | announce | true  | istio-http/1.1,istio | istio-h2,istio,h2",
                "HTTP2 | http/1.1            | other    | true  | ''                   | ''",
                "HTTP2 | h2                  | other    | true  | ''                   | h2",
            })
    void theRouteSaysMoreThanTheFilter(
            HttpVersion version, String own, String named, boolean enabled, String said, String expected) {
        FilterSettings route = new FilterSettings(Map.of(named, new Setting(enabled, null, null, said)));

        assertThat(new UpstreamAlpn.Announced(FILTER, own).of(version, new Head(), route))
                .isEqualTo(expected);
    }
}
