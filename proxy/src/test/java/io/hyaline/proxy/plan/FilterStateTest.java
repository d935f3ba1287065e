package io.hyaline.proxy.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.envoyproxy.envoy.extensions.filters.common.set_filter_state.v3.FilterStateValue;
import io.envoyproxy.envoy.extensions.filters.common.set_filter_state.v3.FilterStateValue.SharedWithUpstream;
import io.envoyproxy.envoy.extensions.filters.http.set_filter_state.v3.Config;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilterStateTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "envoy.network.application_protocols| ONCE| istio-http/1.1,istio,http/1.1| istio-http/1.1,istio,http/1.1",
                "envoy.network.application_protocols| TRANSITIVE| h2| h2",
                "envoy.network.application_protocols| NONE| h2| none",
                "envoy.network.application_protocols| ONCE| %REQ(x)%| none",
                "envoy.network.upstream_server_name| ONCE| a.example| none",
            })
    void onlyAFixedListOfProtocolsForTheUpstreamCounts(
            String key, SharedWithUpstream shared, String text, String expected) {
        FilterStateValue value = FilterStateValue.newBuilder()
                .setObjectKey(key)
                .setSharedWithUpstream(shared)
                .setFormatString(SubstitutionFormatString.newBuilder()
                        .setTextFormatSource(DataSource.newBuilder().setInlineString(text)))
                .build();

        assertThat(FilterState.protocols(
                        Config.newBuilder().addOnRequestHeaders(value).build()))
                .isEqualTo(expected);
        assertThat(FilterState.protocols(Config.getDefaultInstance()))
                .as("routes may say it")
                .isEmpty();
        assertThat(FilterState.protocols(Config.newBuilder()
                        .addOnRequestHeaders(value)
                        .addOnRequestHeaders(value)
                        .build()))
                .isNull();
    }
}
