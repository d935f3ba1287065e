package io.hyaline.proxy.upstream;

/** Envoy's counters of a cluster's HTTP/2 connections, by their names in lower case. */
enum Http2Counter {
    KEEPALIVE_TIMEOUT,
    RX_RESET,
    TX_RESET
}
