package io.hyaline.proxy.http;

import io.hyaline.proxy.head.Head;

/** Filters that choose the upstream's ALPN, such as Istio's: an upstream connection says which protocol its requests came in. */
final class UpstreamAlpn {

    private UpstreamAlpn() {}

    /** Comma-separated; empty when the cluster's own list is to be offered. */
    static String of(HcmPlan plan, Head request) {
        for (HcmPlan.Filter filter : plan.filters()) {
            if (filter instanceof HcmPlan.Filter.IstioAlpn) {
                return request.minorVersion() == 0 ? "istio-http/1.0,istio,http/1.0" : "istio-http/1.1,istio,http/1.1";
            }
            if (filter instanceof HcmPlan.Filter.FixedAlpn(String protocols)) {
                return protocols;
            }
        }
        return "";
    }
}
