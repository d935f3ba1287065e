package io.hyaline.proxy.tcp;

/** Envoy's counters and gauges of a tcp_proxy, by their names in lower case. */
public enum TcpCounter {
    DOWNSTREAM_CX_TOTAL,
    DOWNSTREAM_CX_NO_ROUTE,
    DOWNSTREAM_CX_RX_BYTES_TOTAL,
    DOWNSTREAM_CX_TX_BYTES_TOTAL,
    IDLE_TIMEOUT,
    MAX_DOWNSTREAM_CONNECTION_DURATION
}
