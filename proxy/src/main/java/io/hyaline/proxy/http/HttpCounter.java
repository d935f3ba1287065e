package io.hyaline.proxy.http;

/** Envoy's counters and gauges of a connection manager, by their names in lower case. */
public enum HttpCounter {
    DOWNSTREAM_CX_TOTAL,
    DOWNSTREAM_CX_ACTIVE,
    DOWNSTREAM_CX_DESTROY,
    DOWNSTREAM_CX_HTTP1_TOTAL,
    DOWNSTREAM_CX_HTTP2_TOTAL,
    DOWNSTREAM_CX_MAX_DURATION_REACHED,
    DOWNSTREAM_CX_PROTOCOL_ERROR,
    DOWNSTREAM_RQ_TOTAL,
    DOWNSTREAM_RQ_ACTIVE,
    DOWNSTREAM_RQ_COMPLETED,
    DOWNSTREAM_RQ_1XX,
    DOWNSTREAM_RQ_2XX,
    DOWNSTREAM_RQ_3XX,
    DOWNSTREAM_RQ_4XX,
    DOWNSTREAM_RQ_5XX,
    DOWNSTREAM_RQ_RX_RESET,
    DOWNSTREAM_RQ_IDLE_TIMEOUT,
    DOWNSTREAM_RQ_MAX_DURATION_REACHED,
    DOWNSTREAM_RQ_TIMEOUT,
    DOWNSTREAM_RQ_TOO_LARGE,
    NO_ROUTE,
    NO_CLUSTER;

    /** The counter of a status' class. */
    static HttpCounter ofStatus(int status) {
        return switch (status / 100) {
            case 1 -> DOWNSTREAM_RQ_1XX;
            case 2 -> DOWNSTREAM_RQ_2XX;
            case 3 -> DOWNSTREAM_RQ_3XX;
            case 4 -> DOWNSTREAM_RQ_4XX;
            default -> DOWNSTREAM_RQ_5XX;
        };
    }
}
