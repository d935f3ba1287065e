package io.hyaline.pilot.wire;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.envoyproxy.envoy.extensions.filters.common.set_filter_state.v3.FilterStateValue;
import io.envoyproxy.envoy.extensions.filters.http.set_filter_state.v3.Config;

/**
 * What a route says when it leads to a port whose protocol nobody named: TCP goes to the same cluster, so requests have to
 * announce themselves as HTTP to the server's proxy (Istio's filter {@code istio.alpn}, in stock Envoy's words).
 */
public final class Announcement {

    /** Under this name routes say it. */
    public static final String FILTER = "envoy.filters.http.set_filter_state";

    /** For the typed_per_filter_config of a route or a weighted cluster. */
    public static final Any OF_HTTP = Any.pack(Config.newBuilder()
            .addOnRequestHeaders(FilterStateValue.newBuilder()
                    .setObjectKey("envoy.network.application_protocols")
                    .setSharedWithUpstream(FilterStateValue.SharedWithUpstream.ONCE)
                    .setFormatString(SubstitutionFormatString.newBuilder()
                            .setTextFormatSource(
                                    DataSource.newBuilder().setInlineString("istio-http/1.1,istio,http/1.1"))))
            .build());

    private Announcement() {}
}
