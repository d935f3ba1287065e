package io.hyaline.proxy.forward;

import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.upstream.ClusterPlan.HttpVersion;

/** What upstream connections offer by ALPN. Filters may choose it; Istio's says which protocol the requests came in. */
public sealed interface UpstreamAlpn {

    String ISTIO_HTTP2 = "istio-h2,istio,h2";

    /** The cluster's own list. */
    record Own() implements UpstreamAlpn {}

    /** Always these protocols, comma-separated. */
    record Fixed(String protocols) implements UpstreamAlpn {}

    /** Istio's names for the protocol that goes upstream. */
    record Istio() implements UpstreamAlpn {}

    /** Comma-separated; empty when the cluster's own list is to be offered. */
    default String of(HttpVersion version, Head request) {
        return switch (this) {
            case Own() -> "";
            case Fixed(String protocols) when version != HttpVersion.HTTP2 || protocols.contains("h2") -> protocols;
            // What was announced for HTTP/1.1 does not hold for a request that goes on in HTTP/2.
            case Fixed(String protocols) -> protocols.contains("istio") ? ISTIO_HTTP2 : "";
            case Istio() ->
                switch (version) {
                    case HTTP2, AUTO -> ISTIO_HTTP2;
                    case HTTP1, DOWNSTREAM ->
                        request.minorVersion() == 0 ? "istio-http/1.0,istio,http/1.0" : "istio-http/1.1,istio,http/1.1";
                };
        };
    }
}
