package io.hyaline.proxy.plan;

import io.envoyproxy.envoy.extensions.filters.common.set_filter_state.v3.FilterStateValue;
import io.envoyproxy.envoy.extensions.filters.common.set_filter_state.v3.FilterStateValue.SharedWithUpstream;
import io.envoyproxy.envoy.extensions.filters.http.set_filter_state.v3.Config;
import org.jspecify.annotations.Nullable;

/** Envoy's set_filter_state, as far as it says which protocols upstream connections offer. */
final class FilterState {

    private static final String PROTOCOLS = "envoy.network.application_protocols";

    private FilterState() {}

    /** A fixed list of protocols, comma-separated, empty when nothing is said; null when the filter does anything else, or more. */
    static @Nullable String protocols(Config config) {
        if (config.getOnRequestHeadersCount() == 0) {
            return "";
        }
        if (config.getOnRequestHeadersCount() != 1) {
            return null;
        }
        FilterStateValue value = config.getOnRequestHeaders(0);
        String text = value.getFormatString().getTextFormatSource().getInlineString();
        boolean fixed = !text.isEmpty() && text.indexOf('%') < 0;
        boolean forUpstream = value.getSharedWithUpstream() != SharedWithUpstream.NONE;
        return value.getObjectKey().equals(PROTOCOLS) && forUpstream && fixed ? text : null;
    }
}
