package io.hyaline.proxy.listen;

/** Envoy's counters and gauges of a listener, by their names in lower case. */
public enum ListenerCounter {
    DOWNSTREAM_CX_TOTAL,
    DOWNSTREAM_CX_ACTIVE,
    DOWNSTREAM_CX_DESTROY,
    DOWNSTREAM_PRE_CX_TIMEOUT,
    DOWNSTREAM_CX_PROXY_PROTO_ERROR,
    NO_FILTER_CHAIN_MATCH,
    SSL_HANDSHAKE,
    SSL_CONNECTION_ERROR
}
