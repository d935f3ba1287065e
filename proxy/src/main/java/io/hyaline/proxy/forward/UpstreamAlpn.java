package io.hyaline.proxy.forward;

import io.hyaline.proxy.head.Head;

/** What upstream connections offer by ALPN. Filters may choose it; Istio's says which protocol the requests came in. */
public sealed interface UpstreamAlpn {

    /** The cluster's own list. */
    record Own() implements UpstreamAlpn {}

    /** Always these protocols, comma-separated. */
    record Fixed(String protocols) implements UpstreamAlpn {}

    /** Istio's names for the protocol of the request. */
    record Istio() implements UpstreamAlpn {}

    /** Comma-separated; empty when the cluster's own list is to be offered. */
    default String of(Head request) {
        return switch (this) {
            case Own() -> "";
            case Fixed(String protocols) -> protocols;
            case Istio() ->
                request.minorVersion() == 0 ? "istio-http/1.0,istio,http/1.0" : "istio-http/1.1,istio,http/1.1";
        };
    }
}
