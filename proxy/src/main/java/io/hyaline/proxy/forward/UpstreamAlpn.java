package io.hyaline.proxy.forward;

import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.route.FilterSettings;
import io.hyaline.proxy.upstream.ClusterPlan.HttpVersion;
import org.jspecify.annotations.Nullable;

/** What upstream connections offer by ALPN. Filters may choose it; Istio's says which protocol the requests came in. */
public sealed interface UpstreamAlpn {

    String ISTIO_HTTP2 = "istio-h2,istio,h2";

    /** The cluster's own list. */
    record Own() implements UpstreamAlpn {}

    /**
     * What a filter, or the route under the filter's name, announces.
     *
     * @param protocols comma-separated; empty when only routes announce something
     */
    record Announced(String filter, String protocols) implements UpstreamAlpn {}

    /** Istio's names for the protocol that goes upstream. */
    record Istio() implements UpstreamAlpn {}

    /** Comma-separated; empty when the cluster's own list is to be offered. */
    default String of(HttpVersion version, Head request, FilterSettings route) {
        return switch (this) {
            case Own() -> "";
            case Announced(String filter, String protocols) -> announced(version, protocols, route.of(filter));
            case Istio() ->
                switch (version) {
                    case HTTP2, AUTO -> ISTIO_HTTP2;
                    case HTTP1, DOWNSTREAM ->
                        request.minorVersion() == 0 ? "istio-http/1.0,istio,http/1.0" : "istio-http/1.1,istio,http/1.1";
                };
        };
    }

    private static String announced(HttpVersion version, String own, FilterSettings.@Nullable Setting route) {
        if (route != null && !route.enabled()) {
            return "";
        }
        String protocols = route == null || route.protocols().isEmpty() ? own : route.protocols();
        if (version != HttpVersion.HTTP2 || protocols.contains("h2")) {
            return protocols;
        }
        // What was announced for HTTP/1.1 does not hold for a request that goes on in HTTP/2.
        return protocols.contains("istio") ? ISTIO_HTTP2 : "";
    }
}
